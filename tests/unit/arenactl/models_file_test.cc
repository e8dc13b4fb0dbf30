#include "tools/arenactl/models/models_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

namespace arena::arenactl {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kFull[] = R"(models:
  - name: juniper-large
    display_name: Juniper Large
    provider: Demogrove
    organization: Northwood
    license: Apache-2.0
    family: juniper
    variant_of: juniper-base
    state: anonymous_only
    capabilities: [text, long_context]
    endpoints:
      - protocol: openai
        url: http://127.0.0.1:${PORT}/v1
        model: juniper
        api_key_env: JUNIPER_KEY
        first_token_timeout_ms: 1000
        total_timeout_ms: 2000
        max_tokens: 300
  - name: birch
)";

absl::StatusOr<v1::ApplyModelsRequest> Parse(const std::string& text,
                                             const std::map<std::string, std::string>& variables) {
  return ParseModelsFile("m.yaml", text,
                         [&](const std::string& name) -> std::optional<std::string> {
                           const auto found = variables.find(name);
                           if (found == variables.end()) return std::nullopt;
                           return found->second;
                         });
}

std::string ErrorOf(const std::string& text) {
  return std::string(Parse(text, {}).status().message());
}

TEST(ModelsFileTest, EveryKeyReachesItsField) {
  const auto request = Parse(kFull, {{"PORT", "50061"}});
  ASSERT_TRUE(request.ok()) << request.status();
  ASSERT_EQ(request->models_size(), 2);
  const v1::Model& model = request->models(0).model();
  EXPECT_EQ(model.name(), "juniper-large");
  EXPECT_EQ(model.display_name(), "Juniper Large");
  EXPECT_EQ(model.provider(), "Demogrove");
  EXPECT_EQ(model.organization(), "Northwood");
  EXPECT_EQ(model.license(), "Apache-2.0");
  EXPECT_EQ(model.family(), "juniper");
  EXPECT_EQ(model.variant_of(), "juniper-base");
  EXPECT_EQ(model.state(), v1::MODEL_STATE_ANONYMOUS_ONLY);
  EXPECT_THAT(model.capabilities(),
              ::testing::ElementsAre(v1::CAPABILITY_TEXT, v1::CAPABILITY_LONG_CONTEXT));
  ASSERT_EQ(request->models(0).endpoints_size(), 1);
  const v1::ModelEndpoint& endpoint = request->models(0).endpoints(0);
  EXPECT_EQ(endpoint.protocol(), v1::ENDPOINT_PROTOCOL_OPENAI);
  EXPECT_EQ(endpoint.url(), "http://127.0.0.1:50061/v1");
  EXPECT_EQ(endpoint.remote_model(), "juniper");
  EXPECT_EQ(endpoint.api_key_env(), "JUNIPER_KEY");
  EXPECT_EQ(endpoint.first_token_timeout_ms(), 1000);
  EXPECT_EQ(endpoint.total_timeout_ms(), 2000);
  EXPECT_EQ(endpoint.max_tokens(), 300);
}

TEST(ModelsFileTest, WhatIsNotGivenStaysUnspecifiedAndTheNameIsShown) {
  const auto request = Parse(kFull, {{"PORT", "1"}});
  ASSERT_TRUE(request.ok()) << request.status();
  const v1::ModelSpec& birch = request->models(1);
  EXPECT_EQ(birch.model().display_name(), "birch");
  EXPECT_EQ(birch.model().state(), v1::MODEL_STATE_UNSPECIFIED);
  EXPECT_EQ(birch.endpoints_size(), 0);
}

TEST(ModelsFileTest, AVariableThatIsNotSetIsNamedWithItsLine) {
  EXPECT_THAT(ErrorOf(kFull), StartsWith("m.yaml:13: the environment variable PORT is not set"));
}

TEST(ModelsFileTest, VariablesStandAnywhereInAValue) {
  const auto request =
      Parse("models: [{name: '${A}-${B}x', license: '$5 {flat}'}]", {{"A", "a"}, {"B", "b"}});
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->models(0).model().name(), "a-bx");
  EXPECT_EQ(request->models(0).model().license(), "$5 {flat}");
}

struct BadFile {
  const char* what;
  const char* text;
  const char* error;
};

TEST(ModelsFileTest, MistakesAreNamedWithFileAndLine) {
  const BadFile cases[] = {
      {"not YAML", "models: [", "m.yaml:1: not one YAML document: "},
      {"two documents", "models: []\n---\nmodels: []\n",
       "m.yaml:3: not one YAML document: a second document"},
      {"empty", "", "m.yaml:1: the file must be a map"},
      {"other top key", "modles: []", "m.yaml:1: the file has no key 'modles'"},
      {"no models", "models: []", "m.yaml:1: models must be a list with at least one"},
      {"unknown key", "models:\n- name: a\n  organisation: b\n",
       "m.yaml:3: a model has no key 'organisation'; it may have name, "},
      {"unknown endpoint key",
       "models:\n- name: a\n  endpoints:\n  - protocol: openai\n    url: x\n    key: k\n",
       "m.yaml:6: an endpoint has no key 'key'"},
      {"no name", "models:\n- state: draft\n", "m.yaml:2: a model needs the key 'name'"},
      {"no url", "models:\n- name: a\n  endpoints:\n  - protocol: openai\n",
       "m.yaml:4: an endpoint needs the key 'url'"},
      {"unknown state", "models:\n- name: a\n  state: live\n",
       "m.yaml:3: 'live' is not one of active, anonymous_only, draft, retired"},
      {"unknown capability", "models:\n- name: a\n  capabilities: [text, smell]\n",
       "m.yaml:3: 'smell' is not one of"},
      {"number out of range",
       "models:\n- name: a\n  endpoints:\n  - {protocol: openai, url: x, max_tokens: 0}\n",
       "m.yaml:4: '0' must be a whole number from 1 to 131072"},
      {"a key twice", "models:\n- name: a\n  name: b\n", "m.yaml:3: 'name' is given twice"},
      {"a model twice", "models:\n- name: a\n- name: a\n",
       "m.yaml:3: the model 'a' is given twice"},
      {"open variable", "models:\n- name: ${A\n", "m.yaml:2: '${A' has a ${ without its }"},
      {"a list as name", "models:\n- name: [a]\n", "m.yaml:2: a single value is expected"},
  };
  for (const BadFile& bad : cases) {
    SCOPED_TRACE(bad.what);
    EXPECT_THAT(ErrorOf(bad.text), HasSubstr(bad.error));
  }
}

}  // namespace
}  // namespace arena::arenactl
