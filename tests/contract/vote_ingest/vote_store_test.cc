// The contract of VoteStore, on memory and on PostgreSQL.
#include "services/vote-ingest/storage/vote_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "absl/time/clock.h"
#include "tests/contract/vote_ingest/vote_store_bench.h"
#include "tests/support/seed.h"
#include "tests/unit/vote_ingest/battles.h"

namespace arena::vote_ingest {
namespace {

using ::testing::ElementsAre;

INSTANTIATE_TEST_SUITE_P(Stores, VoteStoreTest, ::testing::Values("Memory", "Postgres"),
                         [](const auto& test) { return test.param; });

TEST_P(VoteStoreTest, BattlesAreReadInTheOrderAskedFor) {
  const BattleView a = ReadyBattle(1);
  const BattleView b = ReadyBattle(2);
  bench_->AddBattle(a);
  bench_->AddBattle(b);
  const auto battles = store().LoadBattles({b.id, ReadyBattle(3).id, a.id}, true);
  ASSERT_TRUE(battles.ok()) << battles.status();
  EXPECT_EQ((*battles)[0]->id, b.id);
  EXPECT_FALSE((*battles)[1].has_value());
  EXPECT_EQ((*battles)[2]->id, a.id);
}

TEST_P(VoteStoreTest, ABattleIsReadWhole) {
  BattleView battle = ReadyBattle();
  battle.turns.push_back(EndedTurn(2, SideEnd::kLength, SideEnd::kTruncated));
  battle.turns.push_back(EndedTurn(3));
  battle.turns[2].right.reset();
  bench_->AddBattle(battle);
  const auto battles = store().LoadBattles({battle.id}, false);
  ASSERT_TRUE(battles.ok()) << battles.status();
  const BattleView& read = *battles->front();
  EXPECT_EQ(read.frontend, "web");
  EXPECT_EQ(read.voter_hash, battle.voter_hash);
  EXPECT_EQ(read.expire_time, battle.expire_time);
  EXPECT_EQ(read.left.name, "alder");
  EXPECT_EQ(read.right->name, "birch");
  EXPECT_EQ(read.pair_probability, battle.pair_probability);
  ASSERT_EQ(read.turns.size(), 3u);
  EXPECT_EQ(read.turns[0].tags, battle.turns[0].tags);
  EXPECT_EQ(read.turns[0].language, "en");
  EXPECT_EQ(read.turns[1].left->end, SideEnd::kLength);
  EXPECT_EQ(read.turns[1].right->end, SideEnd::kTruncated);
  EXPECT_EQ(read.turns[1].right->style, (StyleCounts{.tokens = 20, .bold_spans = 2}));
  EXPECT_TRUE(read.turns[2].left.has_value());
  EXPECT_FALSE(read.turns[2].right.has_value());
}

TEST_P(VoteStoreTest, AVoteComesBackAsItWasWritten) {
  const BattleView battle = ReadyBattle();
  bench_->AddBattle(battle);
  const NewVote vote = VoteOn(battle);
  ASSERT_THAT(PositionsOf(store().Append({vote})), ElementsAre(1));
  const auto page = store().Read({});
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->entries.size(), 1u);
  const LogEntry& entry = page->entries[0];
  EXPECT_EQ(entry.position, 1);
  EXPECT_EQ(entry.kind, VoteKind::kVote);
  EXPECT_EQ(entry.vote.battle_id, vote.battle_id);
  EXPECT_EQ(entry.vote.left.name, "alder");
  EXPECT_EQ(entry.vote.right.name, "birch");
  EXPECT_EQ(entry.vote.choice, vote.choice);
  EXPECT_EQ(entry.vote.reasons, vote.reasons);
  EXPECT_EQ(entry.vote.language, "de");
  EXPECT_EQ(entry.vote.tags, vote.tags);
  EXPECT_EQ(entry.vote.draw_probability, vote.draw_probability);
  EXPECT_EQ(entry.vote.voter_hash, "feed");
  EXPECT_EQ(entry.vote.style_left, vote.style_left);
  EXPECT_EQ(entry.vote.style_right, vote.style_right);
  EXPECT_LT(absl::AbsDuration(absl::Now() - entry.time), absl::Minutes(1));
}

TEST_P(VoteStoreTest, ATakenClaimTakesNoPosition) {
  const BattleView a = ReadyBattle(1);
  const BattleView b = ReadyBattle(2);
  const BattleView c = ReadyBattle(3);
  EXPECT_THAT(PositionsOf(store().Append({VoteOn(a)})), ElementsAre(1));
  EXPECT_THAT(PositionsOf(store().Append({VoteOn(b), VoteOn(a), VoteOn(c)})),
              ElementsAre(2, std::nullopt, 3));
  EXPECT_EQ(store().Read({})->head_position, 3);
}

TEST_P(VoteStoreTest, OnlyOneVoteOfABattleIsItsFirst) {
  const BattleView battle = ReadyBattle();
  NewVote second = VoteOn(battle);
  second.turn = 2;
  EXPECT_THAT(PositionsOf(store().Append({VoteOn(battle)})), ElementsAre(1));
  EXPECT_THAT(PositionsOf(store().Append({second})), ElementsAre(std::nullopt));
  second.is_first = false;
  EXPECT_THAT(PositionsOf(store().Append({second})), ElementsAre(2));
}

TEST_P(VoteStoreTest, VotesAreSeenOnTheirBattle) {
  const BattleView battle = ReadyBattle();
  bench_->AddBattle(battle);
  ASSERT_TRUE(store().Append({VoteOn(battle)}).ok());
  const auto blind = store().LoadBattles({battle.id}, false);
  EXPECT_TRUE(blind->front()->votes.empty());
  const auto battles = store().LoadBattles({battle.id}, true);
  ASSERT_EQ(battles->front()->votes.size(), 1u);
  const CastVote& vote = battles->front()->votes[0];
  EXPECT_EQ(vote.position, 1);
  EXPECT_EQ(vote.choice, Choice::kBothBad);
  EXPECT_EQ(vote.reasons.size(), 2u);
}

TEST_P(VoteStoreTest, AVoteWithoutBattleIsNoError) {
  const BattleView imported = ReadyBattle();
  ASSERT_TRUE(store().Append({VoteOn(imported)}).ok());
  const auto battles = store().LoadBattles({imported.id}, true);
  ASSERT_TRUE(battles.ok()) << battles.status();
  EXPECT_FALSE(battles->front().has_value());
}

TEST_P(VoteStoreTest, PagesCoverTheLogWithoutGapOrRepetition) {
  std::vector<NewVote> votes;
  for (uint64_t i = 0; i < 25; ++i) votes.push_back(VoteOn(ReadyBattle(i + 1)));
  ASSERT_TRUE(store().Append(votes).ok());
  int64_t after = 0;
  std::vector<int64_t> positions;
  while (after < 25) {
    const auto page = store().Read({.after = after, .until = 23, .limit = 10});
    if (page->entries.empty()) break;
    for (const LogEntry& entry : page->entries) positions.push_back(entry.position);
    after = page->last_position;
  }
  ASSERT_EQ(positions.size(), 23u);
  for (size_t i = 0; i < positions.size(); ++i)
    EXPECT_EQ(positions[i], static_cast<int64_t>(i) + 1);
}

TEST_P(VoteStoreTest, NothingIsBeyondTheHead) {
  ASSERT_TRUE(store().Append({VoteOn(ReadyBattle())}).ok());
  const auto page = store().Read({.after = INT64_MAX});
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_TRUE(page->entries.empty());
  EXPECT_EQ(page->head_position, 1);
}

TEST_P(VoteStoreTest, EntriesAboutUnnamedModelsAreLeftOutUnlessAskedFor) {
  BattleView hidden = ReadyBattle(1);
  hidden.right = ModelRef{ModelId{3}, "cedar"};
  ASSERT_TRUE(store().Append({VoteOn(hidden), VoteOn(ReadyBattle(2))}).ok());
  const auto page = store().Read({});
  ASSERT_EQ(page->entries.size(), 1u);
  EXPECT_EQ(page->entries[0].position, 2);
  EXPECT_EQ(page->last_position, 2);
  EXPECT_EQ(store().Read({.include_unnamed = true})->entries.size(), 2u);
}

TEST_P(VoteStoreTest, ModelsAreFoundByName) {
  const std::vector<std::string> names = {"birch", "nobody"};
  const auto found = store().FindModels(names);
  EXPECT_EQ(found->size(), 1u);
  EXPECT_EQ(found->at("birch"), ModelId{2});
}

TEST_P(VoteStoreTest, ManyWritersOfTheSameBattlesLeaveOneGaplessLog) {
  constexpr int kWriters = 6;
  constexpr int kBattles = 400;
  const uint64_t seed = testing::TestSeed();
  std::vector<std::thread> threads;
  std::atomic<int> appended = 0;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      SeededRandom random(seed + static_cast<uint64_t>(writer));
      int done = 0;
      while (done < kBattles) {
        std::vector<NewVote> group;
        std::set<uint64_t> chosen;
        const size_t size = 1 + random.Below(20);
        while (chosen.size() < size) chosen.insert(1 + random.Below(kBattles));
        for (const uint64_t battle : chosen) group.push_back(VoteOn(ReadyBattle(battle)));
        const auto positions = store().Append(group);
        ASSERT_TRUE(positions.ok()) << positions.status();
        for (const auto& position : *positions) appended += position.has_value() ? 1 : 0;
        done += static_cast<int>(size);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto page = store().Read({.limit = 10'000});
  EXPECT_EQ(page->head_position, appended) << "seed " << seed;
  std::set<BattleId> battles;
  for (size_t i = 0; i < page->entries.size(); ++i) {
    ASSERT_EQ(page->entries[i].position, static_cast<int64_t>(i) + 1) << "seed " << seed;
    battles.insert(page->entries[i].vote.battle_id);
  }
  EXPECT_EQ(static_cast<int>(battles.size()), appended) << "seed " << seed;
}

}  // namespace
}  // namespace arena::vote_ingest
