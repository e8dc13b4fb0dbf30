// Redraws as model-gateway meets them.
#include <gtest/gtest.h>

#include <map>
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

class RedrawTest : public ::testing::Test {
 protected:
  void SetUp() override {
    env_.AddModels(6);
    battle_id_ = env_.Create(env_.NewRequest())->battle_id();
    testing::StartTurn(env_.superuser(), battle_id_, 1);
  }

  absl::StatusOr<internal::v1::RedrawSideResponse> Redraw(v1::Side side, int draw_number,
                                                          const std::string& caller = "gateway") {
    internal::v1::RedrawSideRequest request;
    request.set_battle_id(battle_id_);
    request.set_side(side);
    request.set_draw_number(draw_number);
    internal::v1::RedrawSideResponse response;
    const grpc::Status status = Call(
        *env_.Redraws(caller), &internal::v1::RedrawService::Stub::RedrawSide, request, &response);
    if (!status.ok()) return rpc::FromGrpcStatus(status);
    return response;
  }

  std::string ReasonOfRedraw(v1::Side side, int draw_number) {
    return ReasonOf(Redraw(side, draw_number).status());
  }

  std::string Value(const std::string& query) { return testing::Value(env_.superuser(), query); }

  MatchmakerEnv env_;
  std::string battle_id_;
};

TEST_F(RedrawTest, EachSideIsRedrawnOnceWithItsOwnLoggedProbability) {
  const auto left = Redraw(v1::SIDE_LEFT, 1);
  ASSERT_TRUE(left.ok()) << left.status();
  EXPECT_EQ(left->draw_number(), 2);
  EXPECT_EQ(Redraw(v1::SIDE_LEFT, 1)->model_id(), left->model_id()) << "a repeat";
  EXPECT_EQ(ReasonOfRedraw(v1::SIDE_LEFT, 2), "REDRAW_NOT_POSSIBLE");

  const auto right = Redraw(v1::SIDE_RIGHT, 1);
  ASSERT_TRUE(right.ok()) << right.status();
  EXPECT_EQ(right->draw_number(), 3);
  EXPECT_EQ(Redraw(v1::SIDE_LEFT, 1)->draw_number(), 2);
  EXPECT_EQ(Value("select string_agg(policy || ' ' || round(1 / pair_probability), ', ' "
                  "order by draw_number) from arena.draws"),
            "uniform 15, uniform-redraw 4, uniform-redraw 3");
  EXPECT_EQ(Value("select left_model || ' ' || right_model from arena.draws "
                  "where draw_number = 3"),
            std::to_string(left->model_id()) + " " + std::to_string(right->model_id()));
  EXPECT_EQ(Value("select count(distinct m) from arena.draws, "
                  "unnest(array[left_model, right_model]) m"),
            "4");
}

TEST_F(RedrawTest, ManyCallersAtOnceGetTheSameTwoRedraws) {
  std::vector<internal::v1::RedrawSideResponse> answers(12);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < answers.size(); ++i) {
    threads.emplace_back([&, i] {
      const auto answer = Redraw(i % 2 == 0 ? v1::SIDE_LEFT : v1::SIDE_RIGHT, 1);
      ASSERT_TRUE(answer.ok()) << answer.status();
      answers[i] = *answer;
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::map<size_t, std::set<std::pair<int, int>>> by_side;
  for (size_t i = 0; i < answers.size(); ++i) {
    by_side[i % 2].insert({answers[i].draw_number(), answers[i].model_id()});
  }
  EXPECT_EQ(by_side[0].size(), 1u);
  EXPECT_EQ(by_side[1].size(), 1u);
  EXPECT_EQ(Value("select string_agg(draw_number::text, ' ' order by draw_number) "
                  "from arena.draws"),
            "1 2 3");
}

TEST_F(RedrawTest, NotOnceTheSideHasEndedOrTheBattleWentOn) {
  testing::EndSide(env_.superuser(), battle_id_, 1, v1::SIDE_LEFT);
  EXPECT_EQ(ReasonOfRedraw(v1::SIDE_LEFT, 1), "REDRAW_NOT_POSSIBLE");
  testing::EndSide(env_.superuser(), battle_id_, 1, v1::SIDE_RIGHT);
  testing::StartTurn(env_.superuser(), battle_id_, 2);
  EXPECT_EQ(ReasonOfRedraw(v1::SIDE_RIGHT, 1), "REDRAW_NOT_POSSIBLE");
  EXPECT_EQ(Value("select count(*) from arena.draws"), "1");
}

TEST_F(RedrawTest, TheRevealNamesTheModelsThatAnswered) {
  const auto left = Redraw(v1::SIDE_LEFT, 1);
  ASSERT_TRUE(left.ok()) << left.status();
  testing::Vote(env_.superuser(), battle_id_, 1, v1::CHOICE_LEFT, true);
  EXPECT_EQ(env_.Get(battle_id_)->models().left(),
            Value("select name from arena.models where id = " + std::to_string(left->model_id())));
}

TEST_F(RedrawTest, IsForServicesOnly) {
  EXPECT_EQ(ReasonOf(Redraw(v1::SIDE_LEFT, 1, "web").status()), "SCOPE_MISSING");
  EXPECT_EQ(ReasonOf(Redraw(v1::SIDE_LEFT, 1, "ops").status()), "SCOPE_MISSING");
}

TEST_F(RedrawTest, MalformedRequestsAreRefused) {
  EXPECT_EQ(ReasonOfRedraw(v1::SIDE_UNSPECIFIED, 1), "FIELD_INVALID");
  EXPECT_EQ(ReasonOfRedraw(v1::SIDE_LEFT, 2), "FIELD_INVALID");
  battle_id_ = env_.NewRequest().request_id();
  EXPECT_EQ(ReasonOfRedraw(v1::SIDE_LEFT, 1), "BATTLE_NOT_FOUND");
}

}  // namespace
}  // namespace arena::matchmaker
