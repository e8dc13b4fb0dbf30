#include "services/rating/core/answers/statistics_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arena::rating {
namespace {

using ::testing::ElementsAre;
using Share = StatisticsSummary::Share;

TEST(StatisticsSummaryTest, LanguagesWithMostVotesComeFirstAndTheRestIsSummed) {
  VoteStatistics statistics;
  statistics.Add("en", 0, Outcome::kTie, 5);
  statistics.Add("de", 0, Outcome::kTie, 7);
  statistics.Add("und", 0, Outcome::kTie, 5);
  statistics.Add("fr", 0, Outcome::kTie, 2);
  statistics.Add("it", 0, Outcome::kTie, 1);
  const StatisticsSummary summary = Summarize(statistics, 3, 10);
  EXPECT_THAT(summary.languages, ElementsAre(Share{"de", 7}, Share{"en", 5}, Share{"und", 5}));
  EXPECT_EQ(summary.other_language_votes, 3);
  EXPECT_EQ(summary.votes, 20);
  EXPECT_EQ(Summarize(statistics, 5, 10).other_language_votes, 0);
}

TEST(StatisticsSummaryTest, TheNewestDaysWithVotesAreGivenOldestFirst) {
  VoteStatistics statistics;
  statistics.Add("en", 20'786, Outcome::kLeft, 1);
  statistics.Add("en", 20'000, Outcome::kLeft, 2);
  statistics.Add("en", 0, Outcome::kLeft, 3);
  EXPECT_THAT(Summarize(statistics, 15, 2).days,
              ElementsAre(Share{"2024-10-04", 2}, Share{"2026-11-29", 1}));
  EXPECT_THAT(Summarize(statistics, 15, 30).days,
              ElementsAre(Share{"1970-01-01", 3}, Share{"2024-10-04", 2}, Share{"2026-11-29", 1}));
}

TEST(StatisticsSummaryTest, TheLeftShareIsOfVotesForASide) {
  VoteStatistics statistics;
  statistics.Add("en", 1, Outcome::kTie, 100);
  statistics.Add("en", 1, Outcome::kBothBad, 100);
  EXPECT_EQ(Summarize(statistics, 15, 30).left_share, std::nullopt);
  statistics.Add("en", 1, Outcome::kLeft, 3);
  statistics.Add("en", 1, Outcome::kRight, 1);
  EXPECT_EQ(Summarize(statistics, 15, 30).left_share, 0.75);
}

TEST(StatisticsSummaryTest, OfNothingThereIsNothing) {
  const StatisticsSummary summary = Summarize(VoteStatistics(), 15, 30);
  EXPECT_EQ(summary.votes, 0);
  EXPECT_TRUE(summary.languages.empty());
  EXPECT_TRUE(summary.days.empty());
}

}  // namespace
}  // namespace arena::rating
