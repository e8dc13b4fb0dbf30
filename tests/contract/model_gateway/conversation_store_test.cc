// The conversation store on a real PostgreSQL, as the role that the service has.
#include "services/model-gateway/storage/conversation_store.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <future>

#include "common/base/errors.h"
#include "common/base/random.h"
#include "tests/contract/model_gateway/gateway_rows.h"
#include "tests/support/test_postgres.h"

namespace arena::model_gateway {
namespace {

class ConversationStoreTest : public ::testing::Test {
 protected:
  ConversationStoreTest() {
    InsertModel(admin_, 1, "alder", {{.url = "http://a/v1", .remote_model = "a-1"}});
    InsertModel(admin_, 2, "birch", {});
  }

  Uuid NewId() { return Uuid::MakeVersion7(absl::Now(), random_); }

  BattleId AddBattle(BattleMode mode = BattleMode::kAnonymous) {
    BattleRow row{.id = BattleId(NewId()), .mode = mode};
    if (mode == BattleMode::kDirect) row.right_model = 0;
    InsertBattle(admin_, row);
    return row.id;
  }

  TurnStart Start(const BattleId& battle, int turn, const std::string& owner) {
    return {.battle = battle,
            .turn = turn,
            .request_id = NewId(),
            .prompt_digest = Sha256("hello"),
            .prompt = "hello",
            .owner = owner,
            .deadline = absl::FromUnixSeconds(2'000'000'000)};
  }

  absl::StatusOr<StartOutcome> StartTurn(const TurnStart& start) {
    std::promise<absl::StatusOr<StartOutcome>> promise;
    store_.StartTurn(start, [&](absl::StatusOr<StartOutcome> outcome) {
      promise.set_value(std::move(outcome));
    });
    return promise.get_future().get();
  }

  absl::Status FinishSide(const SideRecord& record) {
    std::promise<absl::Status> promise;
    store_.FinishSide(record, [&](absl::Status status) { promise.set_value(std::move(status)); });
    return promise.get_future().get();
  }

  testing::TestDatabase test_database_;
  Database admin_{{.conninfo = test_database_.conninfo()}};
  Database database_{{.conninfo = test_database_.conninfo("arena_model_gateway")}};
  ConversationStore store_{database_};
  SecureRandom random_;
};

TEST_F(ConversationStoreTest, UnknownBattleIsNotFound) {
  EXPECT_EQ(ReasonOf(store_.Load(BattleId(NewId())).status()), "BATTLE_NOT_FOUND");
}

TEST_F(ConversationStoreTest, NewBattleHasItsDrawAndNoTurns) {
  const BattleId id = AddBattle();
  const auto conversation = store_.Load(id);
  ASSERT_TRUE(conversation.ok()) << conversation.status();
  EXPECT_EQ(conversation->frontend, "local");
  EXPECT_EQ(conversation->left_model, ModelId{1});
  EXPECT_EQ(conversation->right_model, ModelId{2});
  EXPECT_FALSE(conversation->is_revealed);
  EXPECT_TRUE(conversation->turns.empty());
}

TEST_F(ConversationStoreTest, HighestDrawHolds) {
  const BattleId id = AddBattle();
  InsertModel(admin_, 3, "cedar", {});
  InsertDraw(admin_, id, 2, 1, 3);
  const auto conversation = store_.Load(id);
  ASSERT_TRUE(conversation.ok());
  EXPECT_EQ(conversation->draw_number, 2);
  EXPECT_EQ(conversation->right_model, ModelId{3});
}

TEST_F(ConversationStoreTest, DirectModeHasNoRightModel) {
  EXPECT_FALSE(store_.Load(AddBattle(BattleMode::kDirect))->has_right());
}

TEST_F(ConversationStoreTest, VoteClaimReveals) {
  const BattleId id = AddBattle();
  InsertVoteClaim(admin_, id);
  const auto conversation = store_.Load(id);
  EXPECT_TRUE(conversation->is_revealed);
  const auto names = store_.ReadNames(*conversation);
  ASSERT_TRUE(names.ok()) << names.status();
  EXPECT_EQ(names->left, "alder");
  EXPECT_EQ(names->right, "birch");
}

TEST_F(ConversationStoreTest, FirstStartOfATurnHasItAndTheOtherLearnsWho) {
  const BattleId id = AddBattle();
  const TurnStart first = Start(id, 1, "one");
  const TurnStart second = Start(id, 1, "two");
  EXPECT_TRUE(StartTurn(first)->is_ours);
  const auto outcome = StartTurn(second);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_FALSE(outcome->is_ours);
  EXPECT_EQ(outcome->request_id, first.request_id);
  EXPECT_EQ(outcome->prompt_digest, first.prompt_digest);
}

TEST_F(ConversationStoreTest, RepeatedStartOfOneAttemptIsStillOurs) {
  const TurnStart start = Start(AddBattle(), 1, "one");
  EXPECT_TRUE(StartTurn(start)->is_ours);
  EXPECT_TRUE(StartTurn(start)->is_ours);
}

TEST_F(ConversationStoreTest, OneOfManyStartsOfATurnWins) {
  const BattleId id = AddBattle();
  constexpr int kAttempts = 64;
  std::vector<std::promise<bool>> promises(kAttempts);
  for (int i = 0; i < kAttempts; ++i) {
    store_.StartTurn(
        Start(id, 1, fmt::format("attempt {}", i)),
        [&promise = promises[static_cast<size_t>(i)]](absl::StatusOr<StartOutcome> outcome) {
          promise.set_value(outcome.ok() && outcome->is_ours);
        });
  }
  int winners = 0;
  for (auto& promise : promises) winners += promise.get_future().get() ? 1 : 0;
  EXPECT_EQ(winners, 1);
}

TEST_F(ConversationStoreTest, WhatWasSaidIsReadBack) {
  const BattleId id = AddBattle();
  const TurnStart start = Start(id, 1, "one");
  ASSERT_TRUE(StartTurn(start).ok());
  SideRecord record{.battle = id,
                    .turn = 1,
                    .side = Side::kRight,
                    .draw_number = 2,
                    .model = ModelId{2},
                    .end = SideEnd::kLength,
                    .endpoint = "http://b/v1",
                    .first_token = absl::Milliseconds(12),
                    .total = absl::Milliseconds(345),
                    .style = {9, 1, 2, 3},
                    .prompt = {.language = "de", .tags = {"code", "math"}},
                    .text = "a \"quoted\"\\ text,\n{with} é"};
  ASSERT_TRUE(FinishSide(record).ok());
  const auto conversation = store_.Load(id);
  ASSERT_EQ(conversation->turns.size(), 1u);
  const StoredTurn& turn = conversation->turns[0];
  EXPECT_EQ(turn.request_id, start.request_id);
  EXPECT_EQ(turn.prompt_digest, start.prompt_digest);
  EXPECT_EQ(turn.deadline, start.deadline);
  EXPECT_EQ(turn.prompt, "hello");
  EXPECT_FALSE(turn.left.has_value());
  ASSERT_TRUE(turn.right.has_value());
  EXPECT_EQ(turn.right->end, SideEnd::kLength);
  EXPECT_EQ(turn.right->text, record.text);
  EXPECT_EQ(ReadValue(admin_,
                      "select row(draw_number, model_id, endpoint, first_token_ms, "
                      "total_ms, tokens, headers, list_items, bold_spans, language, tags) "
                      "from arena.turn_facts"),
            "(2,2,http://b/v1,12,345,9,1,2,3,de,\"{code,math}\")");
}

TEST_F(ConversationStoreTest, StoredSideStaysAsItIs) {
  const BattleId id = AddBattle();
  ASSERT_TRUE(StartTurn(Start(id, 1, "one")).ok());
  SideRecord record{.battle = id, .turn = 1, .end = SideEnd::kComplete, .text = "first"};
  ASSERT_TRUE(FinishSide(record).ok());
  record.end = SideEnd::kCancelled;
  record.text = "second";
  ASSERT_TRUE(FinishSide(record).ok());
  const auto turn = store_.Load(id)->turns[0];
  EXPECT_EQ(turn.left->end, SideEnd::kComplete);
  EXPECT_EQ(turn.left->text, "first");
  EXPECT_EQ(ReadValue(admin_,
                      "select coalesce(first_token_ms, -1) || array_to_string(tags, ',') "
                      "from arena.turn_facts"),
            "-1");
}

TEST_F(ConversationStoreTest, ErasedTextsAreEmptyAndEndsStay) {
  const BattleId id = AddBattle();
  ASSERT_TRUE(StartTurn(Start(id, 1, "one")).ok());
  ASSERT_TRUE(
      FinishSide({.battle = id, .turn = 1, .end = SideEnd::kComplete, .text = "gone"}).ok());
  Erase(admin_, id);
  const auto turn = store_.Load(id)->turns[0];
  EXPECT_EQ(turn.prompt, "");
  EXPECT_EQ(turn.left->text, "");
  EXPECT_EQ(turn.left->end, SideEnd::kComplete);
}

TEST_F(ConversationStoreTest, EndpointsOfTheHighestRevisionHoldInTheirOrder) {
  InsertModel(admin_, 1, "alder",
              {{.url = "http://new/v1", .api_key_env = "KEY", .max_tokens = 7},
               {.url = "http://spare/v1", .remote_model = "a-2"}},
              /*revision=*/2);
  const auto targets = store_.ReadEndpoints({ModelId{2}, ModelId{1}, ModelId{99}});
  ASSERT_TRUE(targets.ok()) << targets.status();
  ASSERT_EQ(targets->size(), 3u);
  EXPECT_TRUE((*targets)[0].endpoints.empty());
  EXPECT_TRUE((*targets)[2].endpoints.empty());
  const auto& endpoints = (*targets)[1].endpoints;
  ASSERT_EQ(endpoints.size(), 2u);
  EXPECT_EQ(endpoints[0].url, "http://new/v1");
  EXPECT_EQ(endpoints[0].remote_model, "alder");  // its own name where none is given
  EXPECT_EQ(endpoints[0].api_key_env, "KEY");
  EXPECT_EQ(endpoints[0].max_tokens, 7);
  EXPECT_EQ(endpoints[1].remote_model, "a-2");
}

}  // namespace
}  // namespace arena::model_gateway
