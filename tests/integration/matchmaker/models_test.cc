// Models as operators apply them and frontends list them.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/rpc/channel.h"
#include "common/rpc/grpc_status.h"
#include "tests/contract/matchmaker/battle_events.h"
#include "tests/integration/matchmaker/matchmaker_env.h"

namespace arena::matchmaker {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using AdminStub = v1::ModelAdminService::Stub;
using FrontendStub = v1::MatchmakerService::Stub;

class ModelsTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::ApplyModelsResponse> Apply(const std::vector<v1::ModelSpec>& specs,
                                                const std::string& caller = "ops",
                                                const std::string& reason = "because") {
    v1::ApplyModelsRequest request;
    for (const v1::ModelSpec& spec : specs) *request.add_models() = spec;
    request.set_reason(reason);
    v1::ApplyModelsResponse response;
    const grpc::Status status =
        Call(*env_.Admin(caller), &AdminStub::ApplyModels, request, &response);
    if (!status.ok()) return rpc::FromGrpcStatus(status);
    return response;
  }

  absl::StatusOr<v1::ListModelsResponse> List(const v1::ListModelsRequest& request) {
    v1::ListModelsResponse response;
    const grpc::Status status =
        Call(*env_.Frontend("web"), &FrontendStub::ListModels, request, &response);
    if (!status.ok()) return rpc::FromGrpcStatus(status);
    return response;
  }

  static std::vector<std::string> NamesOf(const v1::ListModelsResponse& page) {
    std::vector<std::string> names;
    for (const v1::Model& model : page.models()) names.push_back(model.name());
    return names;
  }

  MatchmakerEnv env_;
};

TEST_F(ModelsTest, AppliedModelsAreDrawnAtOnce) {
  EXPECT_EQ(ReasonOf(env_.Create(env_.NewRequest()).status()), "NOT_ENOUGH_MODELS");
  const auto applied = Apply({SpecNamed("a"), SpecNamed("b", v1::MODEL_STATE_ANONYMOUS_ONLY)});
  ASSERT_TRUE(applied.ok()) << applied.status();
  EXPECT_EQ(applied->added_count(), 2);
  EXPECT_TRUE(env_.Create(env_.NewRequest()).ok());
  const auto repeated = Apply({SpecNamed("a"), SpecNamed("b", v1::MODEL_STATE_RETIRED)});
  ASSERT_TRUE(repeated.ok()) << repeated.status();
  EXPECT_EQ(repeated->unchanged_count(), 1);
  EXPECT_EQ(repeated->changed_count(), 1);
  EXPECT_EQ(ReasonOf(env_.Create(env_.NewRequest()).status()), "NOT_ENOUGH_MODELS");
}

TEST_F(ModelsTest, AnotherReplicaDrawsThemSoon) {
  const auto second = env_.StartServer(env_.ServerOptions());
  ASSERT_TRUE(Apply({SpecNamed("a"), SpecNamed("b")}).ok());
  const auto stub = env_.Frontend("web", second.get());
  EXPECT_TRUE(ComesTrue([&] {
    v1::CreateBattleResponse response;
    return Call(*stub, &FrontendStub::CreateBattle, env_.NewRequest(), &response).ok();
  }));
  EXPECT_TRUE(ComesTrue([&] {
    return second->MetricsText().find("arena_matchmaker_eligible_models 2") != std::string::npos;
  }));
}

TEST_F(ModelsTest, FrontendsSeeOnlyModelsThatMayBeNamed) {
  ASSERT_TRUE(Apply({SpecNamed("retired", v1::MODEL_STATE_RETIRED), SpecNamed("active"),
                     SpecNamed("hidden", v1::MODEL_STATE_ANONYMOUS_ONLY),
                     SpecNamed("draft", v1::MODEL_STATE_DRAFT)})
                  .ok());
  v1::ListModelsRequest request;
  EXPECT_THAT(NamesOf(*List(request)), ElementsAre("active"));
  request.set_include_retired(true);
  EXPECT_THAT(NamesOf(*List(request)), ElementsAre("active", "retired"));
}

TEST_F(ModelsTest, PagesFollowEachOtherByName) {
  env_.AddModels(5);
  v1::ListModelsRequest request;
  request.set_page_size(2);
  auto page = List(request);
  EXPECT_THAT(NamesOf(*page), ElementsAre("model-1", "model-2"));
  request.set_page_token(page->next_page_token());
  page = List(request);
  EXPECT_THAT(NamesOf(*page), ElementsAre("model-3", "model-4"));
  request.set_page_token(page->next_page_token());
  page = List(request);
  EXPECT_THAT(NamesOf(*page), ElementsAre("model-5"));
  EXPECT_EQ(page->next_page_token(), "");
}

TEST_F(ModelsTest, ALastPageThatIsFullHasNoToken) {
  env_.AddModels(2);
  v1::ListModelsRequest request;
  request.set_page_size(2);
  EXPECT_EQ(List(request)->next_page_token(), "");
}

TEST_F(ModelsTest, PagesBeyondTheirLimitsAreRefused) {
  v1::ListModelsRequest request;
  request.set_page_size(limits::kMaxPageModels);
  EXPECT_TRUE(List(request).ok());
  request.set_page_size(limits::kMaxPageModels + 1);
  EXPECT_EQ(ReasonOf(List(request).status()), "FIELD_INVALID");
  EXPECT_EQ(LimitOf(List(request).status()), "kMaxPageModels");
  request.set_page_size(-1);
  EXPECT_EQ(ReasonOf(List(request).status()), "FIELD_INVALID");
  request.set_page_size(1);
  request.set_page_token("not a name");
  EXPECT_EQ(ReasonOf(List(request).status()), "FIELD_INVALID");
}

TEST_F(ModelsTest, AnApplyTakesSoManyModelsAndNoMore) {
  std::vector<v1::ModelSpec> specs;
  for (int i = 0; i < limits::kModelsPerApply; ++i)
    specs.push_back(SpecNamed(fmt::format("m{}", i)));
  EXPECT_TRUE(Apply(specs).ok());
  specs.push_back(SpecNamed("one-more"));
  EXPECT_EQ(LimitOf(Apply(specs).status()), "kModelsPerApply");
  EXPECT_EQ(
      LimitOf(Apply({SpecNamed("a")}, "ops", std::string(limits::kReasonBytes + 1, 'x')).status()),
      "kReasonBytes");
  EXPECT_TRUE(Apply({SpecNamed("a")}, "ops", std::string(limits::kReasonBytes, 'x')).ok());
}

TEST_F(ModelsTest, OperatorsSeeEveryModelWithItsState) {
  ASSERT_TRUE(Apply({SpecNamed("b", v1::MODEL_STATE_ANONYMOUS_ONLY),
                     SpecNamed("a", v1::MODEL_STATE_UNSPECIFIED)})
                  .ok());
  v1::ListAllModelsResponse response;
  ASSERT_TRUE(
      Call(*env_.Admin("ops"), &AdminStub::ListAllModels, v1::ListAllModelsRequest(), &response)
          .ok());
  ASSERT_EQ(response.models_size(), 2);
  EXPECT_EQ(response.models(0).model().name(), "a");
  EXPECT_EQ(response.models(0).model().state(), v1::MODEL_STATE_DRAFT);
  EXPECT_EQ(response.models(0).state_reason(), "because");
  EXPECT_GT(response.models(0).state_time().seconds(), 0);
  EXPECT_EQ(response.models(1).model().state(), v1::MODEL_STATE_ANONYMOUS_ONLY);
  EXPECT_THAT(response.models(1).model().capabilities(),
              ElementsAre(v1::CAPABILITY_TEXT, v1::CAPABILITY_VISION));
}

TEST_F(ModelsTest, AnInvalidModelIsNamedAndNothingIsApplied) {
  v1::ModelSpec wrong = SpecNamed("wrong");
  wrong.mutable_endpoints(0)->set_url("ftp://example.com");
  const auto refused = Apply({SpecNamed("fine"), wrong});
  ASSERT_EQ(ReasonOf(refused.status()), "MODEL_INVALID");
  const auto metadata = DetailsOf(refused.status())->metadata;
  EXPECT_EQ(metadata.at("model"), "wrong");
  EXPECT_THAT(metadata.at("what"), HasSubstr("url"));
  EXPECT_EQ(testing::Value(env_.superuser(), "select count(*) from arena.models"), "0");
}

TEST_F(ModelsTest, UnknownCapabilitiesAndStatesAreRefused) {
  v1::ModelSpec spec = SpecNamed("a");
  spec.mutable_model()->add_capabilities(static_cast<v1::Capability>(0));
  EXPECT_EQ(ReasonOf(Apply({spec}).status()), "MODEL_INVALID");
  EXPECT_EQ(ReasonOf(Apply({SpecNamed("a", static_cast<v1::ModelState>(9))}).status()),
            "MODEL_INVALID");
  EXPECT_EQ(ReasonOf(Apply({}).status()), "FIELD_INVALID");
}

TEST_F(ModelsTest, AreForOperatorsOnly) {
  for (const std::string caller : {"web", "gateway"}) {
    EXPECT_EQ(ReasonOf(Apply({SpecNamed("a")}, caller).status()), "SCOPE_MISSING") << caller;
    v1::ListAllModelsResponse response;
    const grpc::Status listed =
        Call(*env_.Admin(caller), &AdminStub::ListAllModels, v1::ListAllModelsRequest(), &response);
    EXPECT_EQ(ReasonOf(rpc::FromGrpcStatus(listed)), "SCOPE_MISSING") << caller;
  }
  EXPECT_EQ(ReasonOf(Apply({SpecNamed("a")}, "nobody").status()), "UNAUTHENTICATED");
  EXPECT_EQ(ReasonOf(env_.Create(env_.NewRequest(), "ops").status()), "SCOPE_MISSING");
}

}  // namespace
}  // namespace arena::matchmaker
