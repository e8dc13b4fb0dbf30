// Battles as frontends meet them: a real server on a real database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "common/base/errors.h"
#include "common/rpc/channel.h"
#include "common/rpc/grpc_status.h"
#include "tests/contract/matchmaker/battle_events.h"
#include "tests/integration/matchmaker/matchmaker_env.h"

namespace arena::matchmaker {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class BattlesTest : public ::testing::Test {
 protected:
  std::string ReasonOfCreating(const v1::CreateBattleRequest& request) {
    return ReasonOf(env_.Create(request).status());
  }

  std::string ReasonOfGetting(const std::string& battle_id, const std::string& caller) {
    return ReasonOf(env_.Get(battle_id, caller).status());
  }

  MatchmakerEnv env_;
};

TEST_F(BattlesTest, ABattleGoesFromOpenToRevealed) {
  env_.AddModels(2);
  const auto created = env_.Create(env_.NewRequest());
  ASSERT_TRUE(created.ok()) << created.status();
  const std::string id = created->battle_id();
  EXPECT_EQ(created->state(), v1::BATTLE_STATE_OPEN);
  EXPECT_EQ(created->mode(), v1::BATTLE_MODE_ANONYMOUS);
  EXPECT_EQ(created->expire_time().seconds() - created->create_time().seconds(), 24 * 3600);
  EXPECT_EQ(env_.Get(id)->SerializeAsString(), created->SerializeAsString());

  testing::StartTurn(env_.superuser(), id, 1);
  EXPECT_EQ(env_.Get(id)->state(), v1::BATTLE_STATE_ANSWERING);
  EXPECT_EQ(env_.Get(id)->turn_count(), 1);
  testing::EndSide(env_.superuser(), id, 1, 1);
  testing::EndSide(env_.superuser(), id, 1, 2);
  EXPECT_EQ(env_.Get(id)->state(), v1::BATTLE_STATE_ANSWERED);
  EXPECT_FALSE(env_.Get(id)->has_models());

  testing::Vote(env_.superuser(), id, 1, v1::CHOICE_TIE, true);
  const auto revealed = env_.Get(id);
  EXPECT_EQ(revealed->state(), v1::BATTLE_STATE_REVEALED);
  EXPECT_EQ((std::set<std::string>{revealed->models().left(), revealed->models().right()}),
            (std::set<std::string>{"model-1", "model-2"}));
  ASSERT_EQ(revealed->votes_size(), 1);
  EXPECT_EQ(revealed->votes(0).turn(), 1);
  EXPECT_EQ(revealed->votes(0).choice(), v1::CHOICE_TIE);
  EXPECT_EQ(revealed->votes(0).position(), 1);
}

TEST_F(BattlesTest, AFrontendHasSoManyOpenBattlesAndNoMore) {
  env_.AddModels(2);
  ASSERT_TRUE(env_.Create(env_.NewRequest()).ok());
  Options options = env_.ServerOptions();
  options.max_open_battles = 3;
  const auto server = env_.StartServer(options);
  // From here on no count comes between.
  ASSERT_TRUE(ComesTrue([&] {
    return server->MetricsText().find("arena_matchmaker_open_battles 1\n") != std::string::npos;
  }));
  const auto create = [&](const v1::CreateBattleRequest& request, const std::string& caller) {
    v1::CreateBattleResponse response;
    return rpc::FromGrpcStatus(Call(*env_.Frontend(caller, server.get()),
                                    &v1::MatchmakerService::Stub::CreateBattle, request,
                                    &response));
  };
  const auto first = env_.NewRequest();
  EXPECT_TRUE(create(first, "web").ok());
  EXPECT_TRUE(create(env_.NewRequest(), "web").ok());
  const absl::Status refused = create(env_.NewRequest(), "web");
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), "OVERLOADED");
  EXPECT_EQ(LimitOf(refused), "kOpenBattles");
  EXPECT_TRUE(create(first, "web").ok()) << "a repeat makes none";
  EXPECT_TRUE(create(env_.NewRequest(), "mobile").ok());
  EXPECT_THAT(server->MetricsText(),
              HasSubstr("arena_limit_refusals_total{limit=\"kOpenBattles\"} 1"));
}

TEST_F(BattlesTest, OpenBattlesOfOtherReplicasAndEarlierRunsCount) {
  env_.AddModels(2);
  ASSERT_TRUE(env_.Create(env_.NewRequest()).ok());
  ASSERT_TRUE(env_.Create(env_.NewRequest()).ok());
  Options options = env_.ServerOptions();
  options.max_open_battles = 2;
  options.open_battles_age = absl::Milliseconds(20);
  const auto server = env_.StartServer(options);
  const auto is_refused = [&] {
    v1::CreateBattleResponse response;
    return ReasonOf(rpc::FromGrpcStatus(Call(*env_.Frontend("web", server.get()),
                                             &v1::MatchmakerService::Stub::CreateBattle,
                                             env_.NewRequest(), &response))) == "OVERLOADED";
  };
  EXPECT_TRUE(ComesTrue(is_refused));
  // Once they are over there is room again.
  const std::string end_all = "update arena.battles set expire_time = now() - interval '1 second'";
  ASSERT_TRUE(env_.superuser()
                  .Run([&](pqxx::nontransaction& session) {
                    session.exec(end_all);
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_TRUE(ComesTrue([&] { return !is_refused(); }));
}

TEST_F(BattlesTest, TheRevealNamesTheModelsOnTheirSides) {
  env_.AddModels(3);
  const std::string id = env_.Create(env_.NewRequest())->battle_id();
  testing::StartTurn(env_.superuser(), id, 1);
  testing::Vote(env_.superuser(), id, 1, v1::CHOICE_LEFT, true);
  const auto battle = env_.Get(id);
  EXPECT_EQ(battle->models().left() + " " + battle->models().right(),
            testing::Value(env_.superuser(),
                           "select l.name || ' ' || r.name from arena.draws d "
                           "join arena.models l on l.id = left_model "
                           "join arena.models r on r.id = right_model"));
}

TEST_F(BattlesTest, ATurnPastItsDeadlineCountsAsEnded) {
  env_.AddModels(2);
  const std::string id = env_.Create(env_.NewRequest())->battle_id();
  testing::StartTurn(env_.superuser(), id, 1, "clock_timestamp() - interval '1 second'");
  EXPECT_EQ(env_.Get(id)->state(), v1::BATTLE_STATE_ANSWERED);
}

TEST_F(BattlesTest, AnswersAreTheSameWhicheverModelsWereDrawn) {
  env_.AddModels(6);
  // What is left of an answer without what differs by battle anyway, and its size as sent.
  std::set<std::string> contents;
  std::set<size_t> sizes;
  const auto look = [&](v1::Battle battle) {
    const std::string bytes = battle.SerializeAsString();
    EXPECT_THAT(bytes, Not(HasSubstr("model")));
    EXPECT_FALSE(battle.has_models());
    // Times are numbers of varying length; all else has one size.
    battle.mutable_create_time()->set_nanos(1);
    battle.mutable_expire_time()->set_nanos(1);
    sizes.insert(battle.SerializeAsString().size());
    battle.clear_battle_id();
    battle.clear_create_time();
    battle.clear_expire_time();
    contents.insert(battle.SerializeAsString());
  };
  for (int i = 0; i < 40; ++i) {
    const auto created = env_.Create(env_.NewRequest());
    ASSERT_TRUE(created.ok()) << created.status();
    look(*created);
    look(*env_.Get(created->battle_id()));
  }
  EXPECT_EQ(contents.size(), 1u);
  EXPECT_EQ(sizes.size(), 1u);
  EXPECT_NE(testing::Value(env_.superuser(),
                           "select count(distinct (left_model, right_model)) from arena.draws"),
            "1")
      << "the draws did differ";
}

// Registered in one order or the other: who is registered first stands left half of the time.
TEST_F(BattlesTest, SidesDoNotFollowTheOrderInWhichModelsWereRegistered) {
  constexpr int kBattles = 400;
  for (const bool is_reversed : {false, true}) {
    MatchmakerEnv env;
    v1::ApplyModelsRequest apply;
    *apply.add_models() = SpecNamed(is_reversed ? "zeta" : "alpha");
    *apply.add_models() = SpecNamed(is_reversed ? "alpha" : "zeta");
    v1::ApplyModelsResponse applied;
    ASSERT_TRUE(
        Call(*env.Admin("ops"), &v1::ModelAdminService::Stub::ApplyModels, apply, &applied).ok());
    for (int i = 0; i < kBattles; ++i) ASSERT_TRUE(env.Create(env.NewRequest()).ok());
    const int alpha_left = std::stoi(testing::Value(
        env.superuser(),
        "select count(*) from arena.draws d join arena.models m on m.id = d.left_model "
        "where m.name = 'alpha'"));
    // Five standard deviations.
    EXPECT_NEAR(alpha_left, kBattles / 2, 50) << is_reversed;
    // Nor does a battle's id, or the order of ids, tell which it was.
    const int inversions = std::stoi(
        testing::Value(env.superuser(),
                       "select count(*) from (select left_model as one, lag(left_model) over "
                       "(order by substr(battle_id::text, 15)) as other from arena.draws) as pairs "
                       "where one <> other"));
    EXPECT_NEAR(inversions, kBattles / 2, 50) << is_reversed;
  }
}

TEST_F(BattlesTest, NoHeaderOrTrailerDependsOnTheDraw) {
  env_.AddModels(6);
  std::set<std::string> keys;
  for (int i = 0; i < 20; ++i) {
    const auto stub = env_.Frontend("web");
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Seconds(20));
    v1::CreateBattleResponse response;
    ASSERT_TRUE(stub->CreateBattle(&context, env_.NewRequest(), &response).ok());
    std::string all;
    for (const auto* metadata :
         {&context.GetServerInitialMetadata(), &context.GetServerTrailingMetadata()}) {
      for (const auto& [key, value] : *metadata) {
        all += std::string(key.data(), key.size()) + "=" + std::string(value.data(), value.size());
      }
    }
    EXPECT_THAT(all, Not(HasSubstr("model")));
    keys.insert(all);
  }
  EXPECT_EQ(keys.size(), 1u);
}

TEST_F(BattlesTest, OneRequestFromSixteenThreadsMakesOneBattle) {
  env_.AddModels(4);
  const v1::CreateBattleRequest request = env_.NewRequest();
  env_.Server();
  std::vector<std::string> answers(16);
  std::vector<std::thread> threads;
  for (std::string& answer : answers) {
    threads.emplace_back([&] {
      const auto battle = env_.Create(request);
      answer = battle.ok() ? battle->SerializeAsString() : battle.status().ToString();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::set<std::string>(answers.begin(), answers.end()).size(), 1u);
  EXPECT_EQ(testing::Value(env_.superuser(), "select count(*) from arena.battles"), "1");
  EXPECT_EQ(testing::Value(env_.superuser(), "select count(*) from arena.draws"), "1");
  EXPECT_THAT(env_.Server().MetricsText(), HasSubstr("arena_matchmaker_battles_replayed_total 15"));
}

TEST_F(BattlesTest, TwoReplicasMakeOneBattleOfOneRequest) {
  env_.AddModels(4);
  const auto second = env_.StartServer(env_.ServerOptions());
  const v1::CreateBattleRequest request = env_.NewRequest();
  const auto first_answer = env_.Create(request);
  v1::CreateBattleResponse second_answer;
  ASSERT_TRUE(Call(*env_.Frontend("web", second.get()), &v1::MatchmakerService::Stub::CreateBattle,
                   request, &second_answer)
                  .ok());
  EXPECT_EQ(second_answer.battle().SerializeAsString(), first_answer->SerializeAsString());
}

TEST_F(BattlesTest, ARepeatOutlivesTheModels) {
  env_.AddModels(2);
  const v1::CreateBattleRequest request = env_.NewRequest();
  const auto first = env_.Create(request);
  v1::ApplyModelsRequest retirement;
  *retirement.add_models() = SpecNamed("model-1", v1::MODEL_STATE_RETIRED);
  v1::ApplyModelsResponse applied;
  ASSERT_TRUE(
      Call(*env_.Admin("ops"), &v1::ModelAdminService::Stub::ApplyModels, retirement, &applied)
          .ok());
  EXPECT_EQ(ReasonOfCreating(env_.NewRequest()), "NOT_ENOUGH_MODELS");
  const auto repeat = env_.Create(request);
  ASSERT_TRUE(repeat.ok()) << repeat.status();
  EXPECT_EQ(repeat->battle_id(), first->battle_id());
  v1::CreateBattleRequest reused = request;
  reused.add_required_capabilities(v1::CAPABILITY_VISION);
  EXPECT_EQ(ReasonOfCreating(reused), "REQUEST_ID_REUSED");
}

TEST_F(BattlesTest, AnotherBodyUnderTheSameRequestIdIsRefused) {
  env_.AddModels(4);
  v1::CreateBattleRequest request = env_.NewRequest();
  ASSERT_TRUE(env_.Create(request).ok());
  request.add_required_capabilities(v1::CAPABILITY_VISION);
  EXPECT_EQ(ReasonOfCreating(request), "REQUEST_ID_REUSED");
}

TEST_F(BattlesTest, ABattleBelongsToTheFrontendThatMadeIt) {
  env_.AddModels(2);
  const v1::CreateBattleRequest request = env_.NewRequest();
  const std::string id = env_.Create(request)->battle_id();
  EXPECT_EQ(ReasonOfGetting(id, "web"), "");
  EXPECT_EQ(ReasonOfGetting(id, "mobile"), "BATTLE_NOT_FOUND");
  const auto of_mobile = env_.Create(request, "mobile");
  ASSERT_TRUE(of_mobile.ok()) << of_mobile.status();
  EXPECT_NE(of_mobile->battle_id(), id) << "request ids are scoped to their caller";
}

TEST_F(BattlesTest, UnknownAndMalformedBattlesAreToldApart) {
  env_.AddModels(2);
  EXPECT_EQ(ReasonOfGetting(env_.NewRequest().request_id(), "web"), "BATTLE_NOT_FOUND");
  EXPECT_EQ(ReasonOfGetting("no battle", "web"), "FIELD_INVALID");
}

TEST_F(BattlesTest, MalformedRequestsAreRefusedWithTheirReasons) {
  env_.AddModels(4);
  v1::CreateBattleRequest request = env_.NewRequest();
  request.set_request_id("123");
  EXPECT_EQ(ReasonOfCreating(request), "REQUEST_ID_INVALID");
  request = env_.NewRequest();
  request.clear_mode();
  EXPECT_EQ(ReasonOfCreating(request), "FIELD_INVALID");
  request = env_.NewRequest();
  request.add_required_capabilities(static_cast<v1::Capability>(77));
  EXPECT_EQ(ReasonOfCreating(request), "FIELD_INVALID");
  request = env_.NewRequest();
  request.add_required_capabilities(v1::CAPABILITY_TOOLS);
  EXPECT_EQ(ReasonOfCreating(request), "CAPABILITIES_TOO_NARROW");
  request = env_.NewRequest();
  request.set_mode(v1::BATTLE_MODE_DIRECT);
  request.add_model_names("model-5");
  EXPECT_EQ(ReasonOfCreating(request), "MODEL_NOT_FOUND");
  EXPECT_THAT(env_.Server().MetricsText(),
              HasSubstr("arena_matchmaker_battles_refused_total{reason=\"FIELD_INVALID\"} 2"));
}

TEST_F(BattlesTest, NamedBattlesShowTheirModelsFromTheStart) {
  env_.AddModels(3);
  v1::CreateBattleRequest request = env_.NewRequest();
  request.set_mode(v1::BATTLE_MODE_SIDE_BY_SIDE);
  request.add_model_names("model-3");
  request.add_model_names("model-1");
  const auto pair = env_.Create(request);
  ASSERT_TRUE(pair.ok()) << pair.status();
  EXPECT_EQ(pair->models().left(), "model-3");
  EXPECT_EQ(pair->models().right(), "model-1");
  EXPECT_EQ(env_.Get(pair->battle_id())->SerializeAsString(), pair->SerializeAsString());

  request = env_.NewRequest();
  request.set_mode(v1::BATTLE_MODE_DIRECT);
  request.add_model_names("model-2");
  const auto single = env_.Create(request);
  ASSERT_TRUE(single.ok()) << single.status();
  EXPECT_EQ(single->models().left(), "model-2");
  EXPECT_EQ(single->models().right(), "");
}

TEST_F(BattlesTest, TheVoterIsStoredAsHashesOnly) {
  env_.AddModels(2);
  const auto stub = env_.Frontend("web");
  grpc::ClientContext context;
  rpc::SetDeadline(context, absl::Seconds(20));
  context.AddMetadata("arena-voter", "someone");
  context.AddMetadata("arena-voter-address", "192.0.2.7");
  v1::CreateBattleResponse response;
  ASSERT_TRUE(stub->CreateBattle(&context, env_.NewRequest(), &response).ok());
  EXPECT_EQ(testing::Value(env_.superuser(),
                           "select voter_hash ~ '^[0-9a-f]{32}$' "
                           "and address_hash ~ '^[0-9a-f]{32}$' from arena.battles b "
                           "where b::text not like '%someone%' and b::text not like '%192.0%'"),
            "t");
}

TEST_F(BattlesTest, WithoutItsDatabaseItSaysSo) {
  Options options = env_.ServerOptions();
  options.database.conninfo = "host=/nonexistent dbname=arena user=arena_matchmaker";
  const auto server = env_.StartServer(options);
  v1::CreateBattleResponse response;
  const grpc::Status status =
      Call(*env_.Frontend("web", server.get()), &v1::MatchmakerService::Stub::CreateBattle,
           env_.NewRequest(), &response);
  EXPECT_EQ(ReasonOf(rpc::FromGrpcStatus(status)), "STORAGE_UNAVAILABLE");
}

}  // namespace
}  // namespace arena::matchmaker
