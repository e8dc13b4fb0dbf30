#include <gtest/gtest.h>

#include <cstdlib>
#include <string_view>

#include "services/rating/model/leaderboard/canonical_json.h"
#include "services/rating/model/library_version.h"
#include "services/rating/model/numeric/wide_lanes.h"
#include "tests/unit/rating_model/synthetic.h"
#include "tests/unit/rating_model/testdata.h"

// Digests of boards that this version of the library computes. A digest that changes means that
// published leaderboards can no longer be recomputed by this version: if the change is meant, raise
// kLibraryVersion and type in what the failures print.
namespace arena::rating {
namespace {

constexpr std::string_view kVersionOfTheseDigests = "2";

struct Golden {
  const char* name;
  Settings settings;
  const char* digest;
};

TEST(GoldenTest, VersionIsTheOneOfTheDigests) {
  EXPECT_EQ(kLibraryVersion, kVersionOfTheseDigests);
}

// The check without AVX must not test the same instructions again.
TEST(GoldenTest, WideLanesAreSwitchedOffByTheAdministrator) {
  const char* tunables = std::getenv("GLIBC_TUNABLES");
  if (tunables == nullptr || std::string_view(tunables).find("-AVX2") == std::string_view::npos) {
    GTEST_SKIP() << "only where GLIBC_TUNABLES says no";
  }
  EXPECT_FALSE(HasWideLanes());
}

TEST(GoldenTest, FirstWeekHasTheSameBits) {
  const Golden boards[] = {
      {"plain", {}, "30c8beccb6e6a8b22e06094141d39f1459f3640d0f0521e7a55ed27e5fc46689"},
      {"elo",
       {.method = Method::kElo, .intervals = Intervals::kBootstrap},
       "7f97e22f655e5e98d80717251e4b38c98a3507b4fdd2726c5245f7d03a1e40d6"},
      {"bootstrap",
       {.intervals = Intervals::kBootstrap},
       "ba7fa6f867fcb40b088dfde601f78fd2ebb3bda664d00f79452c0db531074b20"},
      {"pair weights",
       {.weights = Weights::kPair, .rank = RankRule::kPairwise},
       "9a9e4ea6277ddae8e57f21717ccdc140908ea1a79a33bc6c61bd98d635cfeb14"},
      {"davidson",
       {.ties = TieRule::kDavidson, .simultaneous = true},
       "b8ac00a95032809058fc0640d047ad277a3a0bc929d2e8da33c162dac53e8b08"},
      {"rao-kupper",
       {.ties = TieRule::kRaoKupper},
       "5d3047db0d9354d5d3a2e75231cc274868025f4e7d14db491e6b63afbb5c7012"},
      {"position",
       {.left_coefficient = true},
       "50bc94046a224e3078da80915c482e995368b18d4a386252df8e8b28a1d5b9a0"},
  };
  for (const Golden& golden : boards) {
    const Leaderboard leaderboard =
        testing::RateFile(testing::DataFile("first_week.json"), golden.settings);
    EXPECT_EQ(Sha256Hex(CanonicalJson(leaderboard)), golden.digest) << golden.name;
  }
}

TEST(GoldenTest, ThreeHundredModelsHaveTheSameBits) {
  // Wide enough for every blocked path of the linear algebra.
  RoundRandom random(1, 0);
  testing::Board board;
  for (int n = 0; n < 60'000; ++n) {
    const uint64_t left = random.Below(300), right = random.Below(300);
    if (left == right) continue;
    board.Add({"m" + std::to_string(left), "m" + std::to_string(right),
               static_cast<Outcome>(random.Below(4))});
  }
  EXPECT_EQ(Sha256Hex(CanonicalJson(board.Compute(Settings{}))),
            "2a14e46c7672155dbca06e81c4d531ffc66f6acee118c025520498e43eefd437");
  EXPECT_EQ(Sha256Hex(CanonicalJson(board.Compute(EloSettings()))),
            "fe79810acbaa4e6634f51ca8965a863742a9f2f495f7ba07516fde83281c272c");
}

TEST(GoldenTest, VotesOneByOneHaveTheSameBits) {
  RoundRandom random(2, 0);
  testing::Board board;
  VoteTable table({.has_style = true, .has_weight = true, .has_cluster = true});
  for (int n = 0; n < 20'000; ++n) {
    const uint64_t left = random.Below(40), right = random.Below(40);
    if (left == right) continue;
    const testing::TestVote vote{"m" + std::to_string(left), "m" + std::to_string(right),
                                 static_cast<Outcome>(random.Below(4))};
    board.Add(vote);
    TableVote styled{.position = n + 1,
                     .left = *board.models.Find(vote.left),
                     .right = *board.models.Find(vote.right),
                     .outcome = vote.outcome,
                     .cluster = static_cast<uint32_t>(random.Below(3000))};
    for (float& feature : styled.style) feature = static_cast<float>(2 * random.Uniform() - 1);
    table.Append(styled);
  }
  const Golden boards[] = {
      {"style",
       {.style_control = true},
       "03e156b9d1e1c83a30b4b97a31e3bc17f0dac027b3402de0f489212dfcdf8c9c"},
      {"style as LMArena's",
       {.style_control = true, .compatible_style = true},
       "caacd28d9df48dee5d472e3a8c30d540b73967ec91e51a59a7f08b50c266fa17"},
      {"style, side and clusters",
       {.left_coefficient = true, .style_control = true, .clustered = true},
       "d8f330ba790b43180ebf1b82f1263df44f11669cbb34a728a3d4b5964da4096f"},
      {"style with pair weights",
       {.weights = Weights::kPair, .style_control = true},
       "84f45d062b813b8b61f54fd69183912f55d1d7917f4d090f0f534d294c57f797"},
  };
  for (const Golden& golden : boards) {
    const auto leaderboard = ComputeLeaderboard(
        {.models = board.models, .counts = board.counts, .table = &table}, golden.settings);
    ASSERT_TRUE(leaderboard.ok()) << leaderboard.status();
    EXPECT_EQ(Sha256Hex(CanonicalJson(*leaderboard)), golden.digest) << golden.name;
  }
}

}  // namespace
}  // namespace arena::rating
