#include "services/vote-ingest/rpc/vote_caster.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

#include "common/base/errors.h"
#include "services/vote-ingest/storage/memory_vote_store.h"
#include "tests/unit/vote_ingest/battles.h"

namespace arena::vote_ingest {
namespace {

class VoteCasterTest : public ::testing::Test {
 protected:
  BattleView AddBattle(uint64_t seed) {
    BattleView battle = ReadyBattle(seed);
    store_.AddBattle(battle);
    return battle;
  }

  std::vector<absl::StatusOr<Receipt>> Cast(const std::vector<Ballot>& ballots) {
    return *caster_.Cast(ballots);
  }

  ManualClock clock_{kNow};
  MemoryVoteStore store_{clock_};
  VoteCaster caster_{store_, clock_};
};

TEST_F(VoteCasterTest, AGroupIsAnsweredInItsOrder) {
  const BattleView a = AddBattle(1);
  const BattleView b = AddBattle(2);
  const auto results = Cast({{a.id, 1, Choice::kLeft, "web"},
                             {ReadyBattle(9).id, 1, Choice::kLeft, "web"},
                             {b.id, 1, Choice::kTie, "web"}});
  EXPECT_EQ(results[0]->position, 1);
  EXPECT_EQ(ReasonOf(results[1].status()), "BATTLE_NOT_FOUND");
  EXPECT_EQ(results[2]->position, 2);
}

TEST_F(VoteCasterTest, TwiceTheSameInOneGroupIsOneVoteAndOneReplay) {
  const BattleView a = AddBattle(1);
  const Ballot ballot{a.id, 1, Choice::kLeft, "web"};
  const auto results = Cast({ballot, ballot, ballot});
  EXPECT_FALSE(results[0]->is_replay);
  EXPECT_TRUE(results[1]->is_replay);
  EXPECT_TRUE(results[2]->is_replay);
  EXPECT_EQ(results[2]->position, 1);
  EXPECT_EQ(store_.Read({})->head_position, 1);
}

TEST_F(VoteCasterTest, TwoChoicesInOneGroupAreOneVoteAndOneRefusal) {
  const BattleView a = AddBattle(1);
  const auto results = Cast({{a.id, 1, Choice::kLeft, "web"}, {a.id, 1, Choice::kRight, "web"}});
  EXPECT_TRUE(results[0].ok());
  EXPECT_EQ(ReasonOf(results[1].status()), "ALREADY_VOTED");
}

TEST_F(VoteCasterTest, AVoteOnALaterTurnIsNotRated) {
  BattleView a = AddBattle(1);
  Cast({{a.id, 1, Choice::kLeft, "web"}});
  a.turns.push_back(EndedTurn(2));
  store_.AddBattle(a);
  const auto results = Cast({{a.id, 2, Choice::kRight, "web"}});
  EXPECT_EQ(results[0]->reasons, (std::vector{UnratedReason::kAfterReveal}));
}

TEST_F(VoteCasterTest, ARepeatAfterExpiryFindsItsReceipt) {
  const BattleView a = AddBattle(1);
  const Ballot ballot{a.id, 1, Choice::kLeft, "web"};
  Cast({ballot});
  clock_.Advance(absl::Hours(2));
  EXPECT_TRUE(Cast({ballot})[0]->is_replay);
}

TEST_F(VoteCasterTest, AVoteBeyondTheCapOfItsPromptSaysSoInItsReceipt) {
  MemoryVoteStore capped(clock_, /*prompt_vote_cap=*/1);
  VoteCaster caster(capped, clock_);
  const BattleView a = ReadyBattle(1);
  const BattleView b = ReadyBattle(2);
  capped.AddBattle(a, "hello");
  capped.AddBattle(b, "hello");
  const std::vector<Ballot> ballots = {{a.id, 1, Choice::kLeft, "web"},
                                       {b.id, 1, Choice::kLeft, "web"}};
  for (const bool is_replay : {false, true}) {
    const auto results = *caster.Cast(ballots);
    EXPECT_TRUE(results[0]->reasons.empty());
    EXPECT_EQ(results[1]->reasons, (std::vector{UnratedReason::kFrequentPrompt}));
    EXPECT_EQ(results[1]->is_replay, is_replay);
  }
}

TEST_F(VoteCasterTest, RacingGroupsCountEachBattleOnce) {
  constexpr int kBattles = 200;
  std::vector<Ballot> ballots;
  for (uint64_t i = 0; i < kBattles; ++i) {
    ballots.push_back({AddBattle(i + 1).id, 1, Choice::kLeft, "web"});
  }
  std::vector<std::vector<absl::StatusOr<Receipt>>> results(4);
  std::vector<std::thread> threads;
  for (auto& result : results) threads.emplace_back([&] { result = Cast(ballots); });
  for (std::thread& thread : threads) thread.join();
  std::set<int64_t> positions;
  for (size_t i = 0; i < kBattles; ++i) {
    int fresh = 0;
    for (const auto& result : results) {
      ASSERT_TRUE(result[i].ok()) << result[i].status();
      EXPECT_EQ(result[i]->position, results[0][i]->position);
      fresh += result[i]->is_replay ? 0 : 1;
    }
    EXPECT_EQ(fresh, 1);
    positions.insert(results[0][i]->position);
  }
  EXPECT_EQ(positions.size(), static_cast<size_t>(kBattles));
  EXPECT_EQ(*positions.rbegin(), kBattles);
}

}  // namespace
}  // namespace arena::vote_ingest
