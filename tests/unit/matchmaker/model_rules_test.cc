#include "services/matchmaker/core/model_rules.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "tests/unit/matchmaker/models.h"

namespace arena::matchmaker {
namespace {

ModelSpec Spec(const std::string& name) {
  ModelSpec spec;
  spec.description.name = name;
  spec.endpoints = {{.protocol = 1, .url = "http://127.0.0.1:50061/v1"}};
  FillDefaults(spec);
  return spec;
}

struct RuleCase {
  std::string name;
  std::function<void(ModelSpec&)> change;
};

class InvalidModelTest : public ::testing::TestWithParam<RuleCase> {};

TEST_P(InvalidModelTest, IsRefusedWithItsName) {
  ModelSpec spec = Spec("fine");
  ASSERT_TRUE(CheckSpecs(std::vector{spec}).ok());
  GetParam().change(spec);
  const absl::Status status = CheckSpecs(std::vector{spec});
  ASSERT_EQ(ReasonOf(status), "MODEL_INVALID");
  EXPECT_TRUE(DetailsOf(status)->metadata.contains("model"));
  EXPECT_TRUE(DetailsOf(status)->metadata.contains("what"));
}

void SetUrl(ModelSpec& spec, const std::string& url) { spec.endpoints[0].url = url; }
void SetKey(ModelSpec& spec, const std::string& key) { spec.endpoints[0].api_key_env = key; }

INSTANTIATE_TEST_SUITE_P(
    Table, InvalidModelTest,
    ::testing::Values(
        RuleCase{"EmptyName", [](ModelSpec& s) { s.description.name = ""; }},
        RuleCase{"NameWithSpace", [](ModelSpec& s) { s.description.name = "a b"; }},
        RuleCase{"NameThatStartsWithDash", [](ModelSpec& s) { s.description.name = "-a"; }},
        RuleCase{"LongName", [](ModelSpec& s) { s.description.name = std::string(65, 'a'); }},
        RuleCase{"NameWithControlCharacter",
                 [](ModelSpec& s) {
                   s.description.name =
                       "a\x1f"
                       "b";
                 }},
        RuleCase{"LongDisplayName",
                 [](ModelSpec& s) { s.description.display_name = std::string(101, 'a'); }},
        RuleCase{"LineBreakInProvider", [](ModelSpec& s) { s.description.provider = "a\nb"; }},
        RuleCase{"C1CharacterInOrganization",
                 [](ModelSpec& s) { s.description.organization = "a\u009bb"; }},
        RuleCase{"LongLicense",
                 [](ModelSpec& s) { s.description.license = std::string(101, 'a'); }},
        RuleCase{"LongFamily", [](ModelSpec& s) { s.description.family = std::string(65, 'a'); }},
        RuleCase{"VariantOfItself", [](ModelSpec& s) { s.description.variant_of = "fine"; }},
        RuleCase{"NineEndpoints", [](ModelSpec& s) { s.endpoints.resize(9, s.endpoints[0]); }},
        RuleCase{"UnknownProtocol", [](ModelSpec& s) { s.endpoints[0].protocol = 0; }},
        RuleCase{"EmptyUrl", [](ModelSpec& s) { SetUrl(s, ""); }},
        RuleCase{"UrlWithoutHost", [](ModelSpec& s) { SetUrl(s, "http:///v1"); }},
        RuleCase{"FileUrl", [](ModelSpec& s) { SetUrl(s, "file:///etc/passwd"); }},
        RuleCase{"UrlWithPassword", [](ModelSpec& s) { SetUrl(s, "https://u:p@example.com"); }},
        RuleCase{"UrlWithSpace", [](ModelSpec& s) { SetUrl(s, "http://example.com/a b"); }},
        RuleCase{"UrlWithQuery", [](ModelSpec& s) { SetUrl(s, "http://example.com/?key=1"); }},
        RuleCase{"LongUrl", [](ModelSpec& s) { SetUrl(s, "http://a/" + std::string(2'048, 'a')); }},
        RuleCase{"KeyInsteadOfItsVariable", [](ModelSpec& s) { SetKey(s, "sk-12ab"); }},
        RuleCase{"LowerCaseVariable", [](ModelSpec& s) { SetKey(s, "key"); }},
        RuleCase{"VariableThatStartsWithDigit", [](ModelSpec& s) { SetKey(s, "1KEY"); }},
        RuleCase{"NegativeFirstTokenTimeout",
                 [](ModelSpec& s) { s.endpoints[0].first_token_timeout_ms = -1; }},
        RuleCase{"LongFirstTokenTimeout",
                 [](ModelSpec& s) { s.endpoints[0].first_token_timeout_ms = 600'001; }},
        RuleCase{"LongTotalTimeout",
                 [](ModelSpec& s) { s.endpoints[0].total_timeout_ms = 3'600'001; }},
        RuleCase{"TooManyTokens", [](ModelSpec& s) { s.endpoints[0].max_tokens = 131'073; }}),
    [](const auto& instance) { return instance.param.name; });

TEST(ModelRulesTest, AModelMayGoAsFarAsItsLimitsAndTheErrorBeyondNamesThem) {
  ModelSpec spec = Spec(std::string(limits::kModelNameBytes, 'a'));
  spec.description.family = std::string(limits::kModelNameBytes, 'a');
  spec.description.display_name = std::string(limits::kLabelBytes, 'a');
  spec.endpoints.resize(limits::kEndpointsPerModel, spec.endpoints[0]);
  EXPECT_TRUE(CheckSpecs(std::vector{spec}).ok());
  const auto limit_beyond = [&spec](const std::function<void(ModelSpec&)>& change) {
    ModelSpec beyond = spec;
    change(beyond);
    return LimitOf(CheckSpecs(std::vector{beyond}));
  };
  EXPECT_EQ(limit_beyond([](auto& s) { s.description.family += "a"; }), "kModelNameBytes");
  EXPECT_EQ(limit_beyond([](auto& s) { s.description.display_name += "a"; }), "kLabelBytes");
  EXPECT_EQ(limit_beyond([](auto& s) { s.endpoints.push_back(s.endpoints[0]); }),
            "kEndpointsPerModel");
}

TEST(ModelRulesTest, AnEndpointMayGoAsFarAsItsLimitsAndTheErrorBeyondNamesThem) {
  ModelSpec spec = Spec("a");
  Endpoint& endpoint = spec.endpoints[0];
  endpoint.url = "http://a/";
  endpoint.url.resize(limits::kEndpointUrlBytes, 'a');
  endpoint.remote_model = std::string(limits::kRemoteModelBytes, 'a');
  endpoint.first_token_timeout_ms = limits::kFirstTokenTimeoutMs;
  endpoint.total_timeout_ms = limits::kTotalTimeoutMs;
  endpoint.max_tokens = limits::kEndpointTokens;
  EXPECT_TRUE(CheckSpecs(std::vector{spec}).ok());
  const auto limit_beyond = [&spec](const std::function<void(Endpoint&)>& change) {
    ModelSpec beyond = spec;
    change(beyond.endpoints[0]);
    return LimitOf(CheckSpecs(std::vector{beyond}));
  };
  EXPECT_EQ(limit_beyond([](auto& e) { e.url += "a"; }), "kEndpointUrlBytes");
  EXPECT_EQ(limit_beyond([](auto& e) { e.remote_model += "a"; }), "kRemoteModelBytes");
  EXPECT_EQ(limit_beyond([](auto& e) { ++e.first_token_timeout_ms; }), "kFirstTokenTimeoutMs");
  EXPECT_EQ(limit_beyond([](auto& e) { ++e.total_timeout_ms; }), "kTotalTimeoutMs");
  EXPECT_EQ(limit_beyond([](auto& e) { ++e.max_tokens; }), "kEndpointTokens");
  EXPECT_EQ(limit_beyond([](auto& e) { e.max_tokens = -1; }), "") << "below is no limit";
}

TEST(ModelRulesTest, EachNameStandsOnce) {
  EXPECT_TRUE(CheckSpecs(std::vector{Spec("a"), Spec("b")}).ok());
  EXPECT_EQ(ReasonOf(CheckSpecs(std::vector{Spec("a"), Spec("a")})), "MODEL_INVALID");
}

TEST(ModelRulesTest, AcceptsHttpsKeysAndDottedNames) {
  ModelSpec spec = Spec("mixtral-8x7b_v0.1");
  SetUrl(spec, "https://models.example:8443/v1/");
  SetKey(spec, "EXAMPLE_KEY_2");
  EXPECT_TRUE(CheckSpecs(std::vector{spec}).ok());
}

TEST(ModelRulesTest, DefaultsAreThoseOfTheApi) {
  const ModelSpec spec = Spec("a");
  EXPECT_EQ(spec.description.display_name, "a");
  EXPECT_EQ(spec.endpoints[0].remote_model, "a");
  EXPECT_EQ(spec.endpoints[0].first_token_timeout_ms, 30'000);
  EXPECT_EQ(spec.endpoints[0].total_timeout_ms, 300'000);
  EXPECT_EQ(spec.endpoints[0].max_tokens, 4'096);
}

TEST(PlanApplyTest, NewModelsAreDraftsUnlessToldOtherwise) {
  const std::vector<ModelSpec> specs = {Spec("a"), Spec("b")};
  const auto plan = PlanApply(specs, {});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->added.size(), 2u);
  EXPECT_EQ(plan->states, (std::vector<std::pair<std::string, ModelState>>{
                              {"a", ModelState::kDraft}, {"b", ModelState::kDraft}}));
  EXPECT_EQ(plan->served.size(), 2u);
}

TEST(PlanApplyTest, TellsChangedModelsFromUnchangedOnes) {
  const std::vector<Model> known = {ModelNumber(1), ModelNumber(2), ModelNumber(3)};
  std::vector<ModelSpec> specs;
  for (const Model& model : known) specs.push_back({.description = model.description});
  specs[0].description.license = "MIT";
  specs[1].state = ModelState::kRetired;
  specs[2].state = ModelState::kActive;
  const auto plan = PlanApply(specs, known);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_TRUE(plan->added.empty());
  ASSERT_EQ(plan->redescribed.size(), 1u);
  EXPECT_EQ(plan->redescribed[0]->name(), "model-1");
  EXPECT_EQ(plan->states,
            (std::vector<std::pair<std::string, ModelState>>{{"model-2", ModelState::kRetired}}));
  EXPECT_EQ(plan->changed_count, 2);
  EXPECT_EQ(plan->unchanged_count, 1);
}

TEST(PlanApplyTest, AVariantIsOfAKnownOrAppliedModel) {
  std::vector<ModelSpec> specs = {Spec("a"), Spec("b")};
  specs[0].description.variant_of = "b";
  EXPECT_TRUE(PlanApply(specs, {}).ok());
  specs[0].description.variant_of = "model-1";
  EXPECT_EQ(ReasonOf(PlanApply(specs, {}).status()), "MODEL_INVALID");
  EXPECT_TRUE(PlanApply(specs, std::vector{ModelNumber(1)}).ok());
}

TEST(PlanApplyTest, ANewModelThatIsDrawnMustBeServed) {
  for (const ModelState state : {ModelState::kActive, ModelState::kAnonymousOnly}) {
    std::vector<ModelSpec> specs = {Spec("a")};
    specs[0].state = state;
    EXPECT_TRUE(PlanApply(specs, {}).ok());
    specs[0].endpoints.clear();
    EXPECT_EQ(ReasonOf(PlanApply(specs, {}).status()), "MODEL_INVALID");
  }
  std::vector<ModelSpec> draft = {Spec("a")};
  draft[0].endpoints.clear();
  EXPECT_TRUE(PlanApply(draft, {}).ok()) << "imported votes may name a model that nobody serves";
}

}  // namespace
}  // namespace arena::matchmaker
