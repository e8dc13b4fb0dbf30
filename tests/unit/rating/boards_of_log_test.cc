#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "common/base/random.h"
#include "services/rating/core/log/log_state.h"
#include "tests/support/seed.h"
#include "tests/unit/rating/labelled_log.h"

namespace arena::rating {
namespace {

using testing::About;
using testing::Annotation;
using testing::NewState;

int64_t VotesOn(const CountsView& view, std::string_view board) {
  return view.boards[*BoardSet().Find(board)].counts->total();
}

LogEntry Vote(int64_t position) {
  return {.position = position,
          .left_model = ModelId{0},
          .right_model = ModelId{1},
          .choice = Choice::kLeft,
          .is_rated = true,
          .language = "de",
          .tags = {"code"},
          .voter_hash = "someone"};
}

TEST(BoardsOfLogTest, AVoteIsCountedOnEachBoardOfItsLabels) {
  LogState state = NewState();
  ASSERT_TRUE(state.Apply(Vote(1)).ok());
  const CountsViewPtr view = state.View();
  for (const char* board : {"overall", "coding", "language-de", "without-ties", "first-five"}) {
    EXPECT_EQ(VotesOn(*view, board), 1) << board;
  }
  for (const char* board : {"math", "language-en", "multi-turn"}) {
    EXPECT_EQ(VotesOn(*view, board), 0) << board;
  }
}

TEST(BoardsOfLogTest, AViewStaysAsItWas) {
  LogState state = NewState();
  ASSERT_TRUE(state.Apply(Vote(1)).ok());
  const CountsViewPtr before = state.View();
  ASSERT_TRUE(state.Apply(Vote(2)).ok());
  EXPECT_EQ(VotesOn(*before, "coding"), 1);
  EXPECT_EQ(VotesOn(*state.View(), "coding"), 2);
}

TEST(BoardsOfLogTest, OnlyWhatChangedIsNewInAView) {
  LogState state = NewState();
  ASSERT_TRUE(state.Apply(Vote(1)).ok());
  const CountsViewPtr before = state.View();
  LogEntry vote = Vote(2);
  vote.tags = {"math"};
  ASSERT_TRUE(state.Apply(vote).ok());
  const CountsViewPtr after = state.View();
  const auto coding = *BoardSet().Find("coding"), math = *BoardSet().Find("math");
  EXPECT_EQ(after->boards[coding].counts, before->boards[coding].counts);
  EXPECT_EQ(after->boards[coding].changed_at, 1);
  EXPECT_NE(after->boards[math].counts, before->boards[math].counts);
  EXPECT_EQ(after->boards[math].changed_at, 2);
  EXPECT_EQ(after->models, before->models);
}

TEST(BoardsOfLogTest, AnAnnotationMovesTheVoteToTheBoardsOfItsNewLabels) {
  LogState state = NewState();
  const LogEntry vote = Vote(1);
  ASSERT_TRUE(state.Apply(vote).ok());
  ASSERT_TRUE(state.Apply(Annotation(vote, 2, "fr", {"math"})).ok());
  const CountsViewPtr view = state.View();
  for (const char* board : {"overall", "math", "language-fr", "first-five"}) {
    EXPECT_EQ(VotesOn(*view, board), 1) << board;
  }
  EXPECT_EQ(VotesOn(*view, "coding"), 0);
  EXPECT_EQ(VotesOn(*view, "language-de"), 0);
  EXPECT_EQ(view->boards[kOverallBoard].changed_at, 1);
  EXPECT_THAT(view->statistics.languages(), ::testing::ElementsAre(::testing::Pair("fr", 1)));
}

TEST(BoardsOfLogTest, AnAnnotationOfARetractedVoteTellsWhenItIsRestored) {
  LogState state = NewState();
  LogEntry vote = Vote(1);
  ASSERT_TRUE(state.Apply(vote).ok());
  ASSERT_TRUE(state.Apply(About(vote, 2, VoteKind::kRetraction)).ok());
  ASSERT_TRUE(state.Apply(Annotation(vote, 3, "fr", {"math"})).ok());
  EXPECT_EQ(VotesOn(*state.View(), "math"), 0);
  vote.language = "fr";
  vote.tags = {"math"};
  ASSERT_TRUE(state.Apply(About(vote, 4, VoteKind::kRestoration)).ok());
  EXPECT_EQ(VotesOn(*state.View(), "math"), 1);
  EXPECT_EQ(VotesOn(*state.View(), "coding"), 0);
}

TEST(BoardsOfLogTest, ARetractionMovesNoOtherVoteUpAmongTheFirstFive) {
  LogState state = NewState();
  for (int64_t position = 1; position <= 7; ++position) {
    ASSERT_TRUE(state.Apply(Vote(position)).ok());
  }
  EXPECT_EQ(VotesOn(*state.View(), "first-five"), 5);
  ASSERT_TRUE(state.Apply(About(Vote(2), 8, VoteKind::kRetraction)).ok());
  EXPECT_EQ(VotesOn(*state.View(), "first-five"), 4);
  ASSERT_TRUE(state.Apply(About(Vote(7), 9, VoteKind::kRetraction)).ok());
  EXPECT_EQ(VotesOn(*state.View(), "first-five"), 4);
  ASSERT_TRUE(state.Apply(About(Vote(2), 10, VoteKind::kRestoration)).ok());
  EXPECT_EQ(VotesOn(*state.View(), "first-five"), 5);
}

TEST(BoardsOfLogTest, WhatContradictsTheLabelsInForceIsBroken) {
  LogEntry mislabelled = Vote(1);
  mislabelled.tags = {"math"};
  LogEntry ahead = About(Vote(1), 2, VoteKind::kRetraction);
  ahead.target_position = 2;
  LogEntry unrated = About(Vote(1), 2, VoteKind::kRestoration);
  unrated.is_rated = false;
  for (const LogEntry& entry : {About(mislabelled, 2, VoteKind::kRetraction),
                                Annotation(mislabelled, 2, "de", {}), ahead, unrated}) {
    LogState state = NewState();
    ASSERT_TRUE(state.Apply(Vote(1)).ok());
    EXPECT_TRUE(absl::IsDataLoss(state.Apply(entry)));
    EXPECT_EQ(state.position(), 1);
    EXPECT_EQ(VotesOn(*state.View(), "overall"), 1);
  }
}

// The votes one by one say the same as the counts of every board, whatever was said of them later.
TEST(BoardsOfLogTest, TheVotesOneByOneAreOnTheBoardsThatCountThem) {
  SeededRandom random(arena::testing::TestSeed());
  LogState state = NewState();
  std::vector<LogEntry> log = testing::RandomVotes(200, random);
  const auto rated = std::ranges::find(log, true, &LogEntry::is_rated);
  LogEntry relabelled = *rated;
  log.push_back(About(*rated, 201, VoteKind::kRetraction));
  log.push_back(Annotation(*rated, 202, "fr", {"math"}));
  relabelled.language = "fr";
  relabelled.tags = {"math"};
  log.push_back(About(relabelled, 203, VoteKind::kRestoration));
  testing::ApplyAll(state, log);
  const CountsViewPtr view = state.View();
  std::vector<int64_t> on_board(view->boards.size());
  for (size_t chunk = 0; chunk < view->votes->chunks(); ++chunk) {
    const VoteTable::Rows rows = view->votes->rows(chunk);
    for (uint32_t row = 0; row < rows.size; ++row) {
      for (size_t board = 0; board < on_board.size() && rows.heads[row].is_counted; ++board) {
        on_board[board] += rows.boards[row] >> board & 1;
      }
    }
  }
  for (size_t board = 0; board < on_board.size(); ++board) {
    EXPECT_EQ(on_board[board], view->boards[board].counts->total()) << board;
  }
}

TEST(BoardsOfLogTest, ARetractionAndItsRestorationLeaveTheStyleBoardsAsTheyWere) {
  SeededRandom random(arena::testing::TestSeed());
  LogState state = NewState();
  const std::vector<LogEntry> log = testing::RandomVotes(300, random);
  testing::ApplyAll(state, log);
  const std::string before = testing::DigestOfSeries(Series::kStyle, *state.View());
  const auto rated = std::ranges::find(log, true, &LogEntry::is_rated);
  ASSERT_TRUE(state.Apply(About(*rated, 301, VoteKind::kRetraction)).ok());
  EXPECT_NE(testing::DigestOfSeries(Series::kStyle, *state.View()), before);
  ASSERT_TRUE(state.Apply(About(*rated, 302, VoteKind::kRestoration)).ok());
  EXPECT_EQ(testing::DigestOfSeries(Series::kStyle, *state.View()), before);
}

TEST(BoardsOfLogTest, StatisticsAreOfTheRatedVotesInForce) {
  LogState state = NewState();
  LogEntry vote = Vote(1);
  vote.vote_time = absl::UnixEpoch() + absl::Hours(24) - absl::Microseconds(1);
  ASSERT_TRUE(state.Apply(vote).ok());
  LogEntry next = Vote(2);
  next.vote_time = absl::UnixEpoch() + absl::Hours(24);
  next.choice = Choice::kTie;
  next.language = "en";
  ASSERT_TRUE(state.Apply(next).ok());
  LogEntry unrated = Vote(3);
  unrated.is_rated = false;
  ASSERT_TRUE(state.Apply(unrated).ok());
  const CountsViewPtr both = state.View();
  EXPECT_THAT(both->statistics.days(),
              ::testing::ElementsAre(::testing::Pair(0, 1), ::testing::Pair(1, 1)));
  EXPECT_EQ(both->statistics.votes(Outcome::kLeft), 1);
  EXPECT_EQ(both->statistics.votes(Outcome::kTie), 1);
  ASSERT_TRUE(state.Apply(About(vote, 4, VoteKind::kRetraction)).ok());
  EXPECT_THAT(state.View()->statistics.days(), ::testing::ElementsAre(::testing::Pair(1, 1)));
  EXPECT_THAT(state.View()->statistics.languages(),
              ::testing::ElementsAre(::testing::Pair("en", 1)));
}

// Property over logs: amendments that cancel out leave every board of every series as it was.
TEST(BoardsOfLogTest, WhatIsTakenOutRelabelledAndPutBackInAnyOrderGivesTheSameDigest) {
  SeededRandom random(arena::testing::TestSeed());
  for (int round = 0; round < 10; ++round) {
    std::vector<LogEntry> log = testing::RandomVotes(200, random);
    LogState before = NewState();
    testing::ApplyAll(before, log);
    std::vector<LogEntry> votes = log;
    const auto shuffle = [&] {
      for (size_t i = votes.size() - 1; i > 0; --i) std::swap(votes[i], votes[random.Below(i + 1)]);
    };
    const auto append = [&](LogEntry entry) { log.push_back(std::move(entry)); };
    const auto next = [&] { return std::ssize(log) + 1; };
    shuffle();
    for (const LogEntry& vote : votes) append(Annotation(vote, next(), "fr", {"math"}));
    const auto relabelled = [](LogEntry vote) {
      vote.language = "fr";
      vote.tags = {"math"};
      return vote;
    };
    shuffle();
    for (const LogEntry& vote : votes) {
      append(About(relabelled(vote), next(), VoteKind::kRetraction));
    }
    shuffle();
    for (const LogEntry& vote : votes) {
      append(Annotation(relabelled(vote), next(), vote.language, vote.tags));
    }
    shuffle();
    for (const LogEntry& vote : votes) append(About(vote, next(), VoteKind::kRestoration));
    LogState after = NewState();
    testing::ApplyAll(after, log);
    ASSERT_TRUE(after.ReplayElo(log.size()));
    for (const Series series : {Series::kCounts, Series::kElo}) {
      EXPECT_EQ(testing::DigestOfSeries(series, *after.View()),
                testing::DigestOfSeries(series, *before.View()))
          << NameOf(series) << " in round " << round;
    }
    EXPECT_EQ(after.View()->statistics, before.View()->statistics);
  }
}

// Property over logs: the boards are what counting each vote's final labels from scratch gives.
TEST(BoardsOfLogTest, AmendmentsAreAsIfTheLogHadAlwaysSaidSo) {
  SeededRandom random(arena::testing::TestSeed());
  for (int round = 0; round < 10; ++round) {
    std::vector<LogEntry> log = testing::RandomVotes(200, random);
    // Without voters, since a retraction does not renumber the first five.
    for (LogEntry& entry : log) entry.voter_hash.clear();
    std::vector<LogEntry> final_log = log;
    testing::AppendAmendments(log, 300, random);
    std::vector<bool> was_rated;
    for (const LogEntry& entry : final_log) was_rated.push_back(entry.is_rated);
    for (const LogEntry& entry : log) {
      if (entry.kind == VoteKind::kVote) continue;
      LogEntry& vote = final_log[static_cast<size_t>(entry.target_position - 1)];
      if (entry.kind == VoteKind::kRetraction) vote.is_rated = false;
      if (entry.kind == VoteKind::kRestoration) {
        vote.is_rated = was_rated[static_cast<size_t>(entry.target_position - 1)];
      }
      if (entry.kind == VoteKind::kAnnotation) {
        vote.language = entry.new_language;
        vote.tags = entry.new_tags;
      }
    }
    LogState amended = NewState(), scratch = NewState();
    testing::ApplyAll(amended, log);
    testing::ApplyAll(scratch, final_log);
    ASSERT_TRUE(amended.ReplayElo(log.size()));
    for (const Series series : {Series::kCounts, Series::kElo}) {
      EXPECT_EQ(testing::DigestOfSeries(series, *amended.View()),
                testing::DigestOfSeries(series, *scratch.View()))
          << NameOf(series) << " in round " << round;
    }
    EXPECT_EQ(amended.View()->statistics, scratch.View()->statistics);
  }
}

}  // namespace
}  // namespace arena::rating
