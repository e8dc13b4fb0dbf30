#include "services/matchmaker/storage/battle_store.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "common/base/errors.h"
#include "common/base/random.h"
#include "common/postgres/error_mapping.h"
#include "services/matchmaker/core/battle_maker.h"
#include "services/matchmaker/core/redraw_rules.h"
#include "services/matchmaker/storage/model_store.h"
#include "tests/contract/matchmaker/battle_events.h"
#include "tests/support/seed.h"
#include "tests/support/test_postgres.h"

namespace arena::matchmaker {
namespace {

constexpr int kModels = 6;

const absl::Time kNow = absl::FromUnixMicros(1'700'000'000'123'456);

// The store runs as the service's role; what other services do is written by the superuser.
class BattleStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ModelStore models(database_);
    std::vector<ModelSpec> specs(kModels);
    for (int i = 0; i < kModels; ++i) {
      specs[static_cast<size_t>(i)].description.name = "model-" + std::to_string(i + 1);
      specs[static_cast<size_t>(i)].state = ModelState::kActive;
      specs[static_cast<size_t>(i)].endpoints = {{.protocol = 1, .url = "http://127.0.0.1/v1"}};
      specs[static_cast<size_t>(i)].description.capabilities.Add(Capability::kVision);
      FillDefaults(specs[static_cast<size_t>(i)]);
    }
    ASSERT_TRUE(models.Apply(specs, "test").ok());
    catalog_ = std::make_unique<Catalog>(*models.ReadAll());
  }

  BattleOrder Order(BattleMode mode = BattleMode::kAnonymous, std::vector<std::string> names = {}) {
    return {.request_id = RequestId(Uuid::MakeVersion7(kNow, random_)),
            .frontend = "web",
            .mode = mode,
            .model_names = std::move(names),
            .voter = "someone"};
  }

  NewBattle Make(const BattleOrder& order) { return *maker_.Make(order, *catalog_, kNow); }

  absl::StatusOr<CreatedBattle> Create(const NewBattle& battle) {
    const auto results = store_.Create(absl::MakeConstSpan(&battle, 1));
    if (!results.ok()) return results.status();
    return results->front();
  }

  // A new battle of two drawn models.
  BattleId CreateBattle() { return Create(Make(Order()))->battle.id; }

  testing::TestDatabase test_database_;
  Database database_{{.conninfo = test_database_.conninfo("arena_matchmaker")}};
  Database superuser_{{.conninfo = test_database_.conninfo()}};
  BattleStore store_{database_};
  SecureRandom random_;
  BattleMaker maker_{{.battle_key = "battle key", .voter_key = "voter key"}, random_};
  std::unique_ptr<Catalog> catalog_;
};

TEST_F(BattleStoreTest, ReadsBackWhatWasStored) {
  BattleOrder order = Order();
  order.required.Add(Capability::kVision);
  const NewBattle made = Make(order);
  const auto created = Create(made);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_TRUE(created->is_new);

  const auto read = store_.Read(made.battle.id);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->id, made.battle.id);
  EXPECT_EQ(read->mode, BattleMode::kAnonymous);
  EXPECT_EQ(read->frontend, "web");
  EXPECT_EQ(read->request_digest, made.battle.request_digest);
  EXPECT_EQ(read->required, order.required);
  EXPECT_EQ(read->create_time, kNow);
  EXPECT_EQ(read->expire_time, kNow + limits::kBattleLifetime);
  ASSERT_EQ(read->draws.size(), 1u);
  EXPECT_EQ(read->draws[0].left, made.draw.left);
  EXPECT_EQ(read->draws[0].right, made.draw.right);
  EXPECT_EQ(read->last_turn.has_value(), false);
  EXPECT_TRUE(read->votes.empty());
  EXPECT_FALSE(read->is_claimed);
}

TEST_F(BattleStoreTest, OpenBattlesAreCountedByFrontendUntilTheyExpire) {
  for (int i = 0; i < 3; ++i) CreateBattle();
  BattleOrder order = Order();
  order.frontend = "mobile";
  ASSERT_TRUE(Create(Make(order)).ok());
  const auto open = [this](absl::Time now) {
    return store_.CountOpen(now, limits::kBattleLifetime);
  };
  EXPECT_EQ(*open(kNow), (BattleCounts{{"web", 3}, {"mobile", 1}}));
  const absl::Time end = kNow + limits::kBattleLifetime;
  EXPECT_EQ(open(end - absl::Milliseconds(1))->at("web"), 3);
  EXPECT_TRUE(open(end)->empty());
}

TEST_F(BattleStoreTest, LogsTheDrawWithAllThatItTakesToCheckIt) {
  const NewBattle made = Make(Order());
  ASSERT_TRUE(Create(made).ok());
  EXPECT_EQ(testing::Value(superuser_,
                           "select policy || ' ' || policy_epoch || ' ' || side_coin || ' ' || "
                           "round(1 / pair_probability) from arena.draws"),
            std::string("uniform 1 ") + (made.draw.smaller_left ? "1" : "0") + " 15");
  EXPECT_EQ(testing::Value(superuser_,
                           "select eligible_digest = sha256((select string_agg(id::text, ',' "
                           "order by id) from arena.models)::bytea) from arena.draws"),
            "t");
}

TEST_F(BattleStoreTest, StoresTheVoterAsAHashOnly) {
  ASSERT_TRUE(Create(Make(Order())).ok());
  EXPECT_EQ(testing::Value(superuser_,
                           "select voter_hash ~ '^[0-9a-f]{32}$' and "
                           "address_hash = '' from arena.battles"),
            "t");
  EXPECT_EQ(testing::Value(superuser_,
                           "select count(*) from arena.battles b where b::text like '%someone%'"),
            "0");
}

TEST_F(BattleStoreTest, NamedBattlesKeepTheirNames) {
  const NewBattle pair = Make(Order(BattleMode::kSideBySide, {"model-5", "model-2"}));
  const NewBattle single = Make(Order(BattleMode::kDirect, {"model-3"}));
  ASSERT_TRUE(Create(pair).ok());
  ASSERT_TRUE(Create(single).ok());
  const auto read_pair = store_.Read(pair.battle.id);
  EXPECT_EQ(read_pair->left_name, "model-5");
  EXPECT_EQ(read_pair->right_name, "model-2");
  const auto read_single = store_.Read(single.battle.id);
  EXPECT_EQ(read_single->left_name, "model-3");
  EXPECT_EQ(read_single->right_name, "");
  EXPECT_EQ(read_single->draws[0].right, std::nullopt);
}

TEST_F(BattleStoreTest, ARepeatReturnsTheFirstBattleAsItIsNow) {
  const BattleOrder order = Order();
  const NewBattle first = Make(order);
  ASSERT_TRUE(Create(first).ok());
  testing::StartTurn(superuser_, first.battle.id.ToString(), 1);
  for (int i = 0; i < 5; ++i) {
    const auto repeat = Create(Make(order));
    ASSERT_TRUE(repeat.ok()) << repeat.status();
    EXPECT_FALSE(repeat->is_new);
    EXPECT_EQ(repeat->battle.draws[0].left, first.draw.left);
    EXPECT_EQ(repeat->battle.draws[0].right, first.draw.right);
    EXPECT_EQ(repeat->battle.last_turn->turn, 1);
  }
  EXPECT_EQ(testing::Value(superuser_, "select count(*) from arena.draws"), "1");
}

TEST_F(BattleStoreTest, AnotherRequestUnderTheSameIdIsRefused) {
  BattleOrder order = Order();
  ASSERT_TRUE(Create(Make(order)).ok());
  order.required.Add(Capability::kVision);
  EXPECT_EQ(ReasonOf(Create(Make(order)).status()), "REQUEST_ID_REUSED");
}

TEST_F(BattleStoreTest, OneGroupMayHoldNewBattlesRepeatsAndReuses) {
  const BattleOrder stored = Order();
  ASSERT_TRUE(Create(Make(stored)).ok());
  const BattleOrder fresh = Order();
  BattleOrder reused = fresh;
  reused.required.Add(Capability::kVision);
  const std::vector<NewBattle> group = {Make(fresh), Make(stored), Make(fresh), Make(reused),
                                        Make(Order())};
  const auto results = store_.Create(group);
  ASSERT_TRUE(results.ok()) << results.status();
  ASSERT_EQ(results->size(), 5u);
  EXPECT_TRUE((*results)[0]->is_new);
  EXPECT_FALSE((*results)[1]->is_new);
  EXPECT_FALSE((*results)[2]->is_new);
  EXPECT_EQ((*results)[2]->battle.draws[0].left, group[0].draw.left);
  EXPECT_EQ(ReasonOf((*results)[3].status()), "REQUEST_ID_REUSED");
  EXPECT_TRUE((*results)[4]->is_new);
  EXPECT_EQ(testing::Value(superuser_, "select count(*) from arena.battles"), "3");
  EXPECT_EQ(testing::Value(superuser_, "select count(*) from arena.draws"), "3");
}

TEST_F(BattleStoreTest, SixteenThreadsWithOneRequestMakeOneBattle) {
  constexpr int kThreads = 16;
  constexpr int kRounds = 20;
  BattleWriter writer(
      {}, [&](absl::Span<const NewBattle> battles) { return store_.Create(battles); }, IsRetriable);
  for (int round = 0; round < kRounds; ++round) {
    const BattleOrder order = Order();
    std::atomic<int> created = 0;
    std::atomic<int> replayed = 0;
    absl::BlockingCounter answered(kThreads);
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        writer.Submit(*maker_.Make(order, *catalog_, kNow),
                      [&](const absl::StatusOr<CreatedBattle>& result) {
                        if (result.ok()) ++(result->is_new ? created : replayed);
                        answered.DecrementCount();
                      });
      });
    }
    for (std::thread& thread : threads) thread.join();
    answered.Wait();
    EXPECT_EQ(created, 1);
    EXPECT_EQ(replayed, kThreads - 1);
  }
  EXPECT_EQ(testing::Value(superuser_, "select count(*) from arena.draws"),
            std::to_string(kRounds));
}

TEST_F(BattleStoreTest, GroupsWithTheSameBattlesInAnyOrderNeverDeadlock) {
  constexpr size_t kBattles = 64;
  std::vector<NewBattle> battles;
  for (size_t i = 0; i < kBattles; ++i) battles.push_back(Make(Order()));
  std::vector<NewBattle> backwards(battles.rbegin(), battles.rend());
  std::atomic<size_t> created = 0;
  const auto create = [&](const std::vector<NewBattle>& group) {
    const auto results = store_.Create(group);
    ASSERT_TRUE(results.ok()) << results.status();
    for (const auto& result : *results) created += result->is_new ? 1 : 0;
  };
  std::thread forth([&] { create(battles); });
  std::thread back([&] { create(backwards); });
  forth.join();
  back.join();
  EXPECT_EQ(created, kBattles);
}

TEST_F(BattleStoreTest, UnknownBattleIsNotFound) {
  EXPECT_EQ(ReasonOf(store_.Read(maker_.IdOf(Order())).status()), "BATTLE_NOT_FOUND");
}

TEST_F(BattleStoreTest, ReadsTurnsAndVotes) {
  const BattleId id = CreateBattle();
  const std::string text = id.ToString();
  testing::StartTurn(superuser_, text, 1, "'2030-01-02 03:04:05.678+00'");
  testing::EndSide(superuser_, text, 1, 2);
  auto read = store_.Read(id);
  ASSERT_TRUE(read->last_turn.has_value());
  EXPECT_EQ(read->last_turn->turn, 1);
  EXPECT_EQ(read->last_turn->ended_sides, 1);
  EXPECT_EQ(absl::FormatTime(read->last_turn->deadline, absl::UTCTimeZone()),
            "2030-01-02T03:04:05.678+00:00");
  EXPECT_EQ(read->sides_ended_in_turn_one, std::vector{Side::kRight});

  testing::EndSide(superuser_, text, 1, 1);
  testing::Vote(superuser_, text, 1, 4, true);
  testing::StartTurn(superuser_, text, 2);
  testing::EndSide(superuser_, text, 2, 1);
  read = store_.Read(id);
  EXPECT_EQ(read->last_turn->turn, 2);
  EXPECT_EQ(read->last_turn->ended_sides, 1);
  EXPECT_TRUE(read->is_claimed);
  ASSERT_EQ(read->votes.size(), 1u);
  EXPECT_EQ(read->votes[0].choice, Choice::kBothBad);
  EXPECT_EQ(read->votes[0].position, 1);

  testing::EndSide(superuser_, text, 2, 2);
  testing::Vote(superuser_, text, 2, 1, false);
  read = store_.Read(id);
  ASSERT_EQ(read->votes.size(), 2u);
  EXPECT_EQ(read->votes[1].turn, 2);
  EXPECT_EQ(read->votes[1].position, 2);
}

TEST_F(BattleStoreTest, ARedrawHoldsFromThenOn) {
  const BattleId id = CreateBattle();
  const auto redraw = DecideRedraw(*store_.Read(id), Side::kRight, 1, *catalog_, kNow, random_);
  ASSERT_TRUE(redraw.ok()) << redraw.status();
  EXPECT_TRUE(*store_.AddRedraw(id, Side::kRight, redraw->draw, kNow));
  const auto read = store_.Read(id);
  ASSERT_EQ(read->draws.size(), 2u);
  EXPECT_EQ(read->draws[1].number, 2);
  EXPECT_EQ(read->draws[1].right, redraw->draw.right);
  EXPECT_EQ(read->right_name, "model-" + std::to_string(static_cast<int>(*redraw->draw.right)));
  EXPECT_EQ(testing::Value(superuser_,
                           "select policy || ' ' || pair_probability from arena.draws "
                           "where draw_number = 2"),
            "uniform-redraw 0.25");
  EXPECT_FALSE(*store_.AddRedraw(id, Side::kRight, redraw->draw, kNow)) << "its number is taken";
}

TEST_F(BattleStoreTest, ARedrawComesTooLateOnceTheSideHasEnded) {
  const BattleId id = CreateBattle();
  const StoredBattle before = *store_.Read(id);
  const auto left = DecideRedraw(before, Side::kLeft, 1, *catalog_, kNow, random_);
  const auto right = DecideRedraw(before, Side::kRight, 1, *catalog_, kNow, random_);
  testing::StartTurn(superuser_, id.ToString(), 1);
  testing::EndSide(superuser_, id.ToString(), 1, 1);
  EXPECT_FALSE(*store_.AddRedraw(id, Side::kLeft, left->draw, kNow));
  testing::StartTurn(superuser_, id.ToString(), 2);
  EXPECT_FALSE(*store_.AddRedraw(id, Side::kRight, right->draw, kNow));
}

// Then a vote may have named the models.
TEST_F(BattleStoreTest, ARedrawComesTooLateOnceTheTurnsTimeIsOverOrSomebodyVoted) {
  const BattleId late = CreateBattle(), voted = CreateBattle();
  const Draw draw =
      DecideRedraw(*store_.Read(late), Side::kLeft, 1, *catalog_, kNow, random_)->draw;
  testing::StartTurn(superuser_, late.ToString(), 1,
                     fmt::format("to_timestamp({})", absl::ToUnixSeconds(kNow) + 1));
  EXPECT_FALSE(*store_.AddRedraw(late, Side::kLeft, draw, kNow + absl::Seconds(1)));
  testing::StartTurn(superuser_, voted.ToString(), 1);
  testing::Vote(superuser_, voted.ToString(), 1, 1, true);
  EXPECT_FALSE(*store_.AddRedraw(voted, Side::kLeft, draw, kNow));
  EXPECT_TRUE(*store_.AddRedraw(late, Side::kLeft, draw, kNow)) << "in time";
}

TEST_F(BattleStoreTest, OneOfManyRedrawsWithTheSameNumberIsStored) {
  const BattleId id = CreateBattle();
  const StoredBattle battle = *store_.Read(id);
  std::atomic<int> stored = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, side = i % 2 == 0 ? Side::kLeft : Side::kRight] {
      const auto redraw = DecideRedraw(battle, side, 1, *catalog_, kNow, random_);
      const auto added = store_.AddRedraw(id, side, redraw->draw, kNow);
      if (added.ok() && *added) ++stored;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(stored, 1);
}

}  // namespace
}  // namespace arena::matchmaker
