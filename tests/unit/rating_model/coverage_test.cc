#include <gtest/gtest.h>

#include <cstdlib>

#include "services/rating/model/numeric/scale.h"
#include "tests/support/seed.h"
#include "tests/unit/rating_model/synthetic.h"

namespace arena::rating {
namespace {

// Half ties with E[score] = p make Bradley-Terry's mean right but its variance too large; the
// sandwich must cover the truth as often as it says, the mean gauge included.
TEST(CoverageTest, MarginalIntervalsCoverTheTruth) {
  const testing::SyntheticOptions options{.models = 20, .votes = 20'000, .spread = 2.0};
  const int runs = 400;
  int covered = 0, intervals = 0, all_at_once = 0, bands_at_once = 0;
  for (int run = 0; run < runs; ++run) {
    testing::Board board = testing::BoardOf(
        testing::SyntheticVotes(options, arena::testing::TestSeed() + static_cast<uint64_t>(run)));
    const auto count = [&](const Leaderboard& leaderboard, int* hits, int* total) {
      bool is_whole = true;
      for (uint32_t m = 0; m < options.models; ++m) {
        const std::string name = {'m', static_cast<char>('0' + m / 10),
                                  static_cast<char>('0' + m % 10)};
        const LeaderboardRow& row = testing::RowOf(leaderboard, name);
        const double truth = kMeanRating + kPointsPerLogit * testing::TrueStrength(options, m);
        const bool is_inside = *row.lower <= truth && truth <= *row.upper;
        if (hits != nullptr) *hits += is_inside;
        if (total != nullptr) ++*total;
        is_whole = is_whole && is_inside;
      }
      return is_whole;
    };
    all_at_once += count(board.Compute(Settings{}), &covered, &intervals);
    bands_at_once += count(board.Compute({.simultaneous = true}), nullptr, nullptr);
  }
  const double coverage = static_cast<double>(covered) / intervals;
  EXPECT_GE(coverage, 0.94);
  EXPECT_LE(coverage, 0.965);
  // One by one is not all at once; the bands are.
  EXPECT_LT(all_at_once, 0.7 * runs);
  EXPECT_GE(bands_at_once, 0.87 * runs);
}

}  // namespace
}  // namespace arena::rating
