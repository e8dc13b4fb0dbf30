// The cap of rated votes a first prompt, on memory and on PostgreSQL.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "tests/contract/vote_ingest/vote_store_bench.h"
#include "tests/unit/vote_ingest/battles.h"

namespace arena::vote_ingest {
namespace {

using ::testing::ElementsAre;

class PromptCapTest : public ::testing::TestWithParam<std::string> {
 protected:
  static constexpr int kCap = 3;

  PromptCapTest() : bench_(MakeBench(GetParam(), kCap)) {
    bench_->AddModel({ModelId{1}, "alder"}, true);
    bench_->AddModel({ModelId{2}, "birch"}, true);
  }

  // A vote to be rated on a new battle that began with this prompt.
  NewVote VoteAfter(const std::string& prompt) {
    const BattleView battle = ReadyBattle(++battles_);
    bench_->AddBattle(battle, prompt);
    NewVote vote = VoteOn(battle);
    vote.reasons.clear();
    return vote;
  }

  // Which of the votes were beyond the cap; "-" for one that was not appended.
  std::string Append(const std::vector<NewVote>& votes) {
    const auto appended = bench_->store().Append(votes);
    EXPECT_TRUE(appended.ok()) << appended.status();
    if (!appended.ok()) return "";
    std::string beyond;
    for (const auto& vote : *appended) {
      beyond += !vote.has_value() ? '-' : vote->is_beyond_cap ? 'x' : '.';
    }
    return beyond;
  }

  std::unique_ptr<Bench> bench_;
  uint64_t battles_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Stores, PromptCapTest, ::testing::Values("Memory", "Postgres"),
                         [](const auto& test) { return test.param; });

TEST_P(PromptCapTest, TheFirstVotesOfAPromptAreRatedAndTheOthersSayWhyNot) {
  for (int i = 0; i < kCap; ++i) EXPECT_EQ(Append({VoteAfter("hello")}), ".");
  const NewVote beyond = VoteAfter("hello");
  EXPECT_EQ(Append({beyond}), "x");
  EXPECT_EQ(Append({VoteAfter("hello!")}), ".") << "another prompt";
  const auto page = bench_->store().Read({});
  for (int i = 0; i < kCap; ++i)
    EXPECT_TRUE(page->entries[static_cast<size_t>(i)].vote.reasons.empty());
  EXPECT_THAT(page->entries[kCap].vote.reasons, ElementsAre(UnratedReason::kFrequentPrompt));
  // What a repeat of the call finds.
  const auto battles = bench_->store().LoadBattles({beyond.battle_id}, true);
  EXPECT_THAT(battles->front()->votes[0].reasons, ElementsAre(UnratedReason::kFrequentPrompt));
}

TEST_P(PromptCapTest, WithinAGroupTheOrderOfTheLogDecides) {
  EXPECT_EQ(Append({VoteAfter("a"), VoteAfter("b"), VoteAfter("a"), VoteAfter("a"), VoteAfter("b"),
                    VoteAfter("a"), VoteAfter("b"), VoteAfter("a"), VoteAfter("b")}),
            ".....x.xx");
}

TEST_P(PromptCapTest, OnlyVotesThatWouldBeRatedCount) {
  NewVote flagged = VoteAfter("hello");
  flagged.reasons = {UnratedReason::kFlagged};
  EXPECT_EQ(Append({VoteAfter("hello"), VoteAfter("hello"), flagged, VoteAfter("hello")}), "....");
  NewVote beyond = VoteAfter("hello");
  beyond.reasons = {UnratedReason::kFlagged};
  EXPECT_EQ(Append({beyond}), ".");
  EXPECT_THAT(bench_->store().Read({})->entries[4].vote.reasons,
              ElementsAre(UnratedReason::kFlagged));
}

TEST_P(PromptCapTest, AVoteWhoseClaimWasTakenTakesNothing) {
  const NewVote first = VoteAfter("hello");
  EXPECT_EQ(Append({first}), ".");
  EXPECT_EQ(Append({first}), "-");
  EXPECT_EQ(Append({first, VoteAfter("hello"), VoteAfter("hello"), VoteAfter("hello")}), "-..x");
}

TEST_P(PromptCapTest, VotesWithoutBattleHaveNoCap) {
  std::vector<NewVote> imported;
  for (uint64_t i = 1; i <= 2 * kCap; ++i) {
    imported.push_back(VoteOn(ReadyBattle(1'000 + i)));
    imported.back().reasons.clear();
  }
  EXPECT_EQ(Append(imported), "......");
}

TEST_P(PromptCapTest, ManyWritersTogetherRateNoMoreThanTheCap) {
  constexpr int kWriters = 4;
  constexpr int kEach = 25;
  std::vector<std::vector<NewVote>> votes(kWriters);
  for (auto& of_writer : votes) {
    for (int i = 0; i < kEach; ++i) of_writer.push_back(VoteAfter(i % 2 == 0 ? "even" : "odd"));
  }
  std::atomic<int> rated = 0;
  std::vector<std::thread> threads;
  for (const auto& of_writer : votes) {
    threads.emplace_back([&] {
      for (const NewVote& vote : of_writer) rated += Append({vote}) == "." ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(rated, 2 * kCap);
  const auto page = bench_->store().Read({});
  int in_log = 0;
  for (const LogEntry& entry : page->entries) in_log += entry.vote.reasons.empty() ? 1 : 0;
  EXPECT_EQ(in_log, 2 * kCap);
  EXPECT_EQ(page->entries.size(), static_cast<size_t>(kWriters * kEach));
}

}  // namespace
}  // namespace arena::vote_ingest
