#include "services/rating/core/log/log_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "common/base/random.h"
#include "services/rating/core/snapshots/snapshot.h"
#include "tests/support/seed.h"

namespace arena::rating {
namespace {

constexpr ModelId kAlpha{11};
constexpr ModelId kBeta{7};
constexpr ModelId kGamma{23};

LogState NewState() {
  LogState state({});
  state.NameModel(kAlpha, "alpha");
  state.NameModel(kBeta, "beta");
  state.NameModel(kGamma, "gamma");
  return state;
}

LogEntry Vote(int64_t position, ModelId left, ModelId right, Choice choice) {
  return {.position = position,
          .left_model = left,
          .right_model = right,
          .choice = choice,
          .is_rated = true};
}

LogEntry About(const LogEntry& vote, int64_t position, VoteKind kind) {
  LogEntry entry = vote;
  entry.position = position;
  entry.kind = kind;
  entry.target_position = vote.position;
  return entry;
}

std::vector<LogEntry> RandomLog(int size, Random& random) {
  const ModelId models[] = {kAlpha, kBeta, kGamma};
  std::vector<LogEntry> log;
  for (int i = 1; i <= size; ++i) {
    const uint64_t left = random.Below(3);
    const uint64_t right = (left + 1 + random.Below(2)) % 3;
    log.push_back(Vote(i, models[left], models[right], static_cast<Choice>(1 + random.Below(4))));
  }
  return log;
}

// Of everything that is published.
std::string DigestOfView(const CountsView& view) {
  std::string digests;
  for (const Series series : {Series::kCounts, Series::kElo}) {
    digests += DigestOf(EncodeTables(*ComputeTables(series, view, {.board_minimum_votes = 1})));
  }
  return digests;
}

std::string DigestOfLog(const std::vector<LogEntry>& log) {
  LogState state = NewState();
  for (const LogEntry& entry : log) EXPECT_TRUE(state.Apply(entry).ok()) << entry.position;
  EXPECT_TRUE(state.ReplayElo(log.size()));
  return DigestOfView(*state.View());
}

TEST(LogStateTest, PositionsMustBeConsecutive) {
  LogState state = NewState();
  ASSERT_TRUE(state.Apply(Vote(1, kAlpha, kBeta, Choice::kLeft)).ok());
  for (const int64_t position : {0, 1, 3, 1000}) {
    EXPECT_TRUE(absl::IsDataLoss(state.Apply(Vote(position, kAlpha, kBeta, Choice::kLeft))))
        << position;
  }
  EXPECT_EQ(state.position(), 1);
  EXPECT_EQ(state.View()->boards[0].counts->total(), 1);
}

TEST(LogStateTest, AnUnratedVoteMovesThePositionAndNothingElse) {
  LogState state = NewState();
  LogEntry vote = Vote(1, kAlpha, kBeta, Choice::kLeft);
  vote.is_rated = false;
  ASSERT_TRUE(state.Apply(vote).ok());
  EXPECT_EQ(state.position(), 1);
  EXPECT_EQ(state.View()->boards[0].counts->total(), 0);
  EXPECT_EQ(state.View()->models->size(), 0u);
}

TEST(LogStateTest, AnUnratedVoteOfAnUnknownModelIsNoReasonToStop) {
  LogState state = NewState();
  LogEntry vote = Vote(1, ModelId{999}, kBeta, Choice::kLeft);
  vote.is_rated = false;
  EXPECT_TRUE(state.Apply(vote).ok());
}

TEST(LogStateTest, BrokenEntriesAreNamed) {
  struct Case {
    const char* name;
    LogEntry entry;
  };
  const LogEntry first = Vote(1, kAlpha, kBeta, Choice::kTie);
  LogEntry unknown_kind = Vote(2, kAlpha, kBeta, Choice::kTie);
  unknown_kind.kind = static_cast<VoteKind>(9);
  const Case cases[] = {
      {"a model plays itself", Vote(2, kAlpha, kAlpha, Choice::kLeft)},
      {"a model is unknown", Vote(2, kAlpha, ModelId{999}, Choice::kLeft)},
      {"restores what is not retracted", About(first, 2, VoteKind::kRestoration)},
      {"retracts what is not there",
       About(Vote(77, kAlpha, kBeta, Choice::kTie), 2, VoteKind::kRetraction)},
      {"of unknown kind", unknown_kind},
  };
  for (const Case& test : cases) {
    LogState state = NewState();
    ASSERT_TRUE(state.Apply(first).ok());
    EXPECT_TRUE(absl::IsDataLoss(state.Apply(test.entry))) << test.name;
    EXPECT_EQ(state.position(), 1) << test.name;
    EXPECT_EQ(state.View()->boards[0].counts->total(), 1) << test.name;
  }
}

TEST(LogStateTest, AVoteIsRetractedOnlyOnce) {
  LogState state = NewState();
  const LogEntry vote = Vote(1, kAlpha, kBeta, Choice::kLeft);
  ASSERT_TRUE(state.Apply(vote).ok());
  ASSERT_TRUE(state.Apply(About(vote, 2, VoteKind::kRetraction)).ok());
  EXPECT_TRUE(absl::IsDataLoss(state.Apply(About(vote, 3, VoteKind::kRetraction))));
  EXPECT_EQ(state.View()->boards[0].counts->total(), 0);
}

TEST(LogStateTest, AnAnnotationChangesNoNumber) {
  SeededRandom random(testing::TestSeed());
  std::vector<LogEntry> log = RandomLog(50, random);
  const std::string before = DigestOfLog(log);
  log.push_back(About(log[9], 51, VoteKind::kAnnotation));
  EXPECT_EQ(DigestOfLog(log), before);
}

// Property over logs: what is retracted might as well have never been cast.
TEST(LogStateTest, ARetractedVoteMightAsWellHaveNeverBeenCast) {
  SeededRandom random(testing::TestSeed());
  for (int round = 0; round < 20; ++round) {
    const std::vector<LogEntry> votes = RandomLog(40, random);
    std::vector<LogEntry> retracted = votes;
    std::vector<LogEntry> without = votes;
    for (int i = 0; i < 10; ++i) {
      // Each index once: 0, 4, 8, ...
      const size_t victim = static_cast<size_t>(4 * i);
      retracted.push_back(About(votes[victim], 41 + i, VoteKind::kRetraction));
      without[victim].is_rated = false;
    }
    EXPECT_EQ(DigestOfLog(retracted), DigestOfLog(without)) << "round " << round;
  }
}

// Property over logs: all may be taken out and put back in any order.
TEST(LogStateTest, RestorationsInAnyOrderGiveTheSameBits) {
  SeededRandom random(testing::TestSeed());
  const std::vector<LogEntry> votes = RandomLog(30, random);
  const std::string before = DigestOfLog(votes);
  std::vector<LogEntry> log = votes;
  for (const LogEntry& vote : votes) {
    log.push_back(About(vote, std::ssize(log) + 1, VoteKind::kRetraction));
  }
  std::vector<LogEntry> order = votes;
  for (size_t i = order.size() - 1; i > 0; --i) std::swap(order[i], order[random.Below(i + 1)]);
  for (const LogEntry& vote : order) {
    log.push_back(About(vote, std::ssize(log) + 1, VoteKind::kRestoration));
  }
  EXPECT_EQ(DigestOfLog(log), before);
}

TEST(LogStateTest, TheDatabasesNumbersOfModelsDoNotMatter) {
  SeededRandom random(testing::TestSeed());
  const std::vector<LogEntry> log = RandomLog(50, random);
  LogState renumbered({});
  renumbered.NameModel(ModelId{1}, "gamma");
  renumbered.NameModel(ModelId{2}, "beta");
  renumbered.NameModel(ModelId{3}, "alpha");
  const auto other = [](ModelId id) {
    return id == kGamma ? ModelId{1} : id == kBeta ? ModelId{2} : ModelId{3};
  };
  for (LogEntry entry : log) {
    entry.left_model = other(entry.left_model);
    entry.right_model = other(entry.right_model);
    ASSERT_TRUE(renumbered.Apply(entry).ok());
  }
  EXPECT_EQ(DigestOfView(*renumbered.View()), DigestOfLog(log));
}

TEST(LogStateTest, EloFollowsTheOrderOfTheLog) {
  LogState state = NewState();
  ASSERT_TRUE(state.Apply(Vote(1, kAlpha, kBeta, Choice::kLeft)).ok());
  const CountsViewPtr view = state.View();
  EXPECT_DOUBLE_EQ(view->elo_ratings[*view->models->Find("alpha")], 1016.0);
  EXPECT_DOUBLE_EQ(view->elo_ratings[*view->models->Find("beta")], 984.0);
}

}  // namespace
}  // namespace arena::rating
