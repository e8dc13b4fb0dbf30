#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>

#include "services/rating/model/intervals/covariance.h"
#include "services/rating/model/numeric/scale.h"
#include "tests/unit/rating_model/testdata.h"

// Results that others have published. Sources in tests/testdata/rating/README.md.
namespace arena::rating {
namespace {

using testing::DataFile;
using testing::RateFile;
using testing::RowOf;

std::map<std::string, double> Logits(const Leaderboard& leaderboard) {
  std::map<std::string, double> logits;
  for (const LeaderboardRow& row : leaderboard.models) {
    if (row.rating) logits[row.model] = (*row.rating - kMeanRating) * kLogitsPerPoint;
  }
  return logits;
}

TEST(PublishedTest, BaseballEstimatesAndStandardErrorsToTheirPrintedDigits) {
  auto input = rate::ReadVotes(DataFile("baseball.json"), {});
  ASSERT_TRUE(input.ok()) << input.status();
  const auto names = input->models().ByName();
  const auto terms = TermsOf(CellsOf(input->counts(), names, TieRule::kHalf, Weights::kNone));
  const auto fit = FitBradleyTerry(7, terms);
  ASSERT_TRUE(fit.ok());
  // Baltimore is the reference, and the first by name: grounded there, the inverse information
  // holds the classical variances.
  Matrix information = GroundedInformation(7, terms, fit->theta, /*ground=*/0);
  ASSERT_TRUE(FactorCholesky(information));
  const Matrix covariance = InvertCholesky(information);
  const std::map<std::string, std::pair<double, double>> published = {
      {"Boston", {1.1077, 0.3339}},   {"Cleveland", {0.6839, 0.3319}},
      {"Detroit", {1.4364, 0.3396}},  {"Milwaukee", {1.5814, 0.3433}},
      {"New York", {1.2476, 0.3359}}, {"Toronto", {1.2945, 0.3367}}};
  for (uint32_t m = 1; m < 7; ++m) {
    const auto [estimate, error] = published.at(input->models().Name(names[m]));
    EXPECT_NEAR(fit->theta[m] - fit->theta[0], estimate, 5.1e-5);
    EXPECT_NEAR(std::sqrt(covariance(m, m)), error, 5.1e-5);
  }
}

TEST(PublishedTest, CitationEstimatesToTheirPrintedDigits) {
  const auto logits = Logits(RateFile(DataFile("citations.json"), Settings{}));
  const double reference = logits.at("Biometrika");
  EXPECT_NEAR(logits.at("Comm Statist") - reference, -2.9491, 5.1e-5);
  EXPECT_NEAR(logits.at("JASA") - reference, -0.4796, 5.1e-5);
  EXPECT_NEAR(logits.at("JRSS-B") - reference, 0.2690, 5.1e-5);
}

TEST(PublishedTest, ThreePartsAreRatedApart) {
  const Leaderboard leaderboard = RateFile(DataFile("three_parts.csv"), Settings{});
  const auto logits = Logits(leaderboard);
  const std::map<std::string, double> published = {
      {"Cyd", 0.592}, {"Amy", 0.0325}, {"Ben", -0.243}, {"Dan", -0.382},
      {"Han", 0.696}, {"Gal", 0.413},  {"Fin", -1.11}};
  ASSERT_EQ(logits.size(), published.size());
  for (const auto& [player, strength] : published) {
    EXPECT_NEAR(logits.at(player), strength, 0.0051) << player;
  }
  EXPECT_EQ(leaderboard.groups, 2);
  EXPECT_EQ(RowOf(leaderboard, "Eve").rating, std::nullopt);
  EXPECT_EQ(RowOf(leaderboard, "Cyd").group, 1);
  EXPECT_EQ(RowOf(leaderboard, "Han").group, 2);
}

void ExpectEloAndStrengths(const std::string& file, const std::map<std::string, double>& elo,
                           const std::map<std::string, double>& strengths) {
  Settings elo_settings = EloSettings();
  elo_settings.k = 4;
  const Leaderboard online = RateFile(DataFile(file), elo_settings);
  for (const auto& [item, rating] : elo) EXPECT_NEAR(*RowOf(online, item).rating, rating, 1e-9);

  const auto logits = Logits(RateFile(DataFile(file), Settings{}));
  double sum = 0;
  for (const auto& [item, logit] : logits) sum += std::exp(logit);
  for (const auto& [item, strength] : strengths) {
    EXPECT_NEAR(std::exp(logits.at(item)) / sum / strength, 1.0, 1e-9) << item;
  }
}

TEST(PublishedTest, EvalicaFood) {
  ExpectEloAndStrengths("food.csv",
                        {{"Tacos", 1013.3587771887543},
                         {"Sushi", 1002.0980590208538},
                         {"Burger", 998.0260933346951},
                         {"Pasta", 994.1913058814378},
                         {"Pizza", 992.325764574259}},
                        {{"Tacos", 0.43428982771223773},
                         {"Sushi", 0.19060028489839073},
                         {"Burger", 0.14797665121689418},
                         {"Pasta", 0.1281534106031957},
                         {"Pizza", 0.09897982556928168}});
}

TEST(PublishedTest, EvalicaSimple) {
  ExpectEloAndStrengths("simple.csv",
                        {{"4", 1004.0562423948679},
                         {"3", 1003.8861974411536},
                         {"2", 999.9773072285024},
                         {"1", 999.9771705955386},
                         {"0", 992.1030823399375}},
                        {{"4", 0.34947527489923},
                         {"3", 0.33688868041573855},
                         {"2", 0.13168568070110523},
                         {"1", 0.1311506914535368},
                         {"0", 0.050799672530389396}});
}

TEST(PublishedTest, FirstWeekEloMediansAreWithinEightPoints) {
  Settings settings = EloSettings();
  settings.intervals = Intervals::kBootstrap;
  settings.rounds = 1000;
  const Leaderboard leaderboard = RateFile(DataFile("first_week.json"), settings);
  const std::map<std::string, double> published = {{"vicuna-13b", 1172.90},
                                                   {"koala-13b", 1091.47},
                                                   {"alpaca-13b", 1018.72},
                                                   {"oasst-pythia-12b", 1008.28},
                                                   {"chatglm-6b", 975.62},
                                                   {"fastchat-t5-3b", 956.63},
                                                   {"stablelm-tuned-alpha-7b", 946.23},
                                                   {"dolly-v2-12b", 933.25},
                                                   {"llama-13b", 896.00}};
  for (const auto& [model, median] : published) {
    EXPECT_NEAR(*RowOf(leaderboard, model).rating, median, 8.0) << model;
    const double half_width =
        (*RowOf(leaderboard, model).upper - *RowOf(leaderboard, model).lower) / 2;
    EXPECT_NEAR(half_width, 83, 12) << model;
  }
  EXPECT_EQ(leaderboard.votes, 4689);
}

TEST(PublishedTest, FirstWeekBradleyTerryPutsVicunaFirst) {
  const Leaderboard leaderboard = RateFile(DataFile("first_week.json"), Settings{});
  EXPECT_EQ(leaderboard.models.front().model, "vicuna-13b");
  EXPECT_TRUE(RowOf(leaderboard, "fastchat-t5-3b").is_provisional);
  EXPECT_FALSE(RowOf(leaderboard, "vicuna-13b").is_provisional);
}

TEST(PublishedTest, AugustOf2024HasItsModelsAndVotes) {
  const std::string path =
      (std::filesystem::path(ARENA_SHARED_DATA) / "lmsys_20240814" / "pair_counts.json").string();
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << "needs " << path << ", which is not kept here";
  Settings settings;
  settings.gauge = Gauge::kAnchor;
  settings.anchor_model = "mixtral-8x7b-instruct-v0.1";
  settings.anchor_rating = 1114;
  const Leaderboard leaderboard = RateFile(path, settings);
  EXPECT_EQ(leaderboard.models.size(), 129u);
  EXPECT_EQ(leaderboard.votes, 1'670'250);
  EXPECT_EQ(leaderboard.groups, 1);
  EXPECT_EQ(leaderboard.models.front().model, "chatgpt-4o-latest");
  EXPECT_EQ(*RowOf(leaderboard, settings.anchor_model).rating, 1114.0);
  EXPECT_EQ(*RowOf(leaderboard, settings.anchor_model).upper, 1114.0);
}

}  // namespace
}  // namespace arena::rating
