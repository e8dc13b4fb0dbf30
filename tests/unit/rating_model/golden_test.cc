#include <gtest/gtest.h>

#include "services/rating/model/canonical_json.h"
#include "services/rating/model/library_version.h"
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

TEST(GoldenTest, FirstWeekHasTheSameBits) {
  const Golden boards[] = {
      {"plain", {}, "91c4e2c6367b4dc9edccb39bf3f316e0cb3f6bb0e242d15ead4eeee8040b8f65"},
      {"elo",
       {.method = Method::kElo, .intervals = Intervals::kBootstrap},
       "7f97e22f655e5e98d80717251e4b38c98a3507b4fdd2726c5245f7d03a1e40d6"},
      {"bootstrap",
       {.intervals = Intervals::kBootstrap},
       "95def6e78db97eaec28fceccd1c1ddc7c7119ca40e30029da2e765180731e8cc"},
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
       "ba9bfca0459184687a269cc2c2f94e4d06626df8c636e2cf90023c6675ad6067"},
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
            "ccbc1fca13b128f745cc6f97665c4cbf9aeeb404833dfe62849099f4fcd59e22");
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
       "02d6cbc44999bec7c07a157d9e9f14a67117f206835a7583c2d5c880c1ede4ca"},
      {"style as LMArena's",
       {.style_control = true, .compatible_style = true},
       "ff41aefb8545f6e3ec74304687163a26b1d5ee99be038feb2984fad3f4170860"},
      {"style, side and clusters",
       {.left_coefficient = true, .style_control = true, .clustered = true},
       "19b7730a6b904472a16136ff6d5c8b15450f6e548225512294f53b7ae081af3b"},
      {"style with pair weights",
       {.weights = Weights::kPair, .style_control = true},
       "adff1cfa6f8edbc47e033ee693c0de7cf49ec05ea85d9f804ba0232b21a03ee5"},
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
