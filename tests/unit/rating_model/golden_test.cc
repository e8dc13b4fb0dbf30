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

constexpr std::string_view kVersionOfTheseDigests = "1";

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
      {"plain", {}, "12d8412cee8dd44903d702fa281c7d4fd5c39d0b17e6758b24e3a6747866a35f"},
      {"elo",
       {.method = Method::kElo, .intervals = Intervals::kBootstrap},
       "7f97e22f655e5e98d80717251e4b38c98a3507b4fdd2726c5245f7d03a1e40d6"},
      {"bootstrap",
       {.intervals = Intervals::kBootstrap},
       "19996bdd84994e590d574e5ef6aad6bf753ebde780e29a0a273701e3fe1574f8"},
      {"pair weights",
       {.weights = Weights::kPair, .rank = RankRule::kPairwise},
       "d488d8aa88fe2a0001b56291500898ac0c40deeec26cde2935c15fec5eaa19e3"},
      {"davidson",
       {.ties = TieRule::kDavidson, .simultaneous = true},
       "b8ac00a95032809058fc0640d047ad277a3a0bc929d2e8da33c162dac53e8b08"},
      {"rao-kupper",
       {.ties = TieRule::kRaoKupper},
       "5d3047db0d9354d5d3a2e75231cc274868025f4e7d14db491e6b63afbb5c7012"},
      {"position",
       {.left_coefficient = true},
       "125a5cf84d27224fb79c78b66f48e9346ee3b5bf2ec62dd48041ccb4f34841be"},
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
            "f4fb5b4dee15b96df21ead0cf49bc4f3d1dbe1656a4cfe46215914f07c2e6514");
  EXPECT_EQ(Sha256Hex(CanonicalJson(board.Compute(EloSettings()))),
            "fe79810acbaa4e6634f51ca8965a863742a9f2f495f7ba07516fde83281c272c");
}

}  // namespace
}  // namespace arena::rating
