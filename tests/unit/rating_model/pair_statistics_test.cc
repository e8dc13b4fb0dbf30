#include "services/rating/model/leaderboard/pair_statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "tests/unit/rating_model/testdata.h"

namespace arena::rating {
namespace {

TEST(PairStatisticsTest, WinFractionLeavesTiesOut) {
  PairCounts counts;
  counts.Add(0, 1, Outcome::kLeft, 3);
  counts.Add(1, 0, Outcome::kLeft, 1);
  counts.Add(0, 1, Outcome::kTie, 100);
  counts.Add(0, 2, Outcome::kBothBad);
  EXPECT_EQ(WinFraction(counts.Totals(0, 1)), 0.75);
  EXPECT_EQ(WinFraction(counts.Totals(1, 0)), 0.25);
  EXPECT_EQ(WinFraction(counts.Totals(0, 2)), std::nullopt);
}

TEST(PairStatisticsTest, FourHundredPointsAreOddsOfTenToOne) {
  EXPECT_NEAR(PredictedWinRate(1400, 1000), 10.0 / 11.0, 1e-15);
  EXPECT_NEAR(PredictedWinRate(1000, 1400), 1.0 / 11.0, 1e-15);
}

TEST(PairStatisticsTest, AverageWinRatesAreThoseOfEvalica) {
  const std::map<std::string, std::map<std::string, double>> published = {
      {"food.csv",
       {{"Tacos", 0.7},
        {"Sushi", 0.47916666666666663},
        {"Burger", 0.4583333333333333},
        {"Pizza", 0.4375},
        {"Pasta", 0.425}}},
      {"simple.csv",
       {{"3", 0.7708333333333334},
        {"4", 0.6388888888888888},
        {"1", 0.5},
        {"2", 0.4375},
        {"0", 0.1875}}}};
  for (const auto& [file, rates] : published) {
    const auto input = rate::ReadVotes(testing::DataFile(file), {});
    ASSERT_TRUE(input.ok());
    const auto models = input->models().ByName();
    for (const auto& [item, rate] : rates) {
      EXPECT_NEAR(*AverageWinRate(input->counts(), models, *input->models().Find(item)), rate,
                  1e-12)
          << item;
    }
  }
}

TEST(PairStatisticsTest, MatricesFaceTheSameWay) {
  PairCounts counts;
  counts.Add(0, 1, Outcome::kLeft, 3);
  counts.Add(0, 1, Outcome::kRight, 1);
  const std::vector<uint32_t> models = {1, 0};
  EXPECT_EQ(WinFractionMatrix(counts, models)(0, 1), 0.25);
  EXPECT_EQ(VoteCountMatrix(counts, models)(1, 0), 4.0);
  const Matrix predicted = PredictedMatrix(std::vector<double>{900, 1100, NAN});
  EXPECT_LT(predicted(0, 1), 0.5);
  EXPECT_TRUE(std::isnan(predicted(0, 2)));
  EXPECT_TRUE(std::isnan(predicted(1, 1)));
}

}  // namespace
}  // namespace arena::rating
