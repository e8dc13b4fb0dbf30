#include "services/rating/model/leaderboard/canonical_json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "services/rating/model/leaderboard/json_writer.h"
#include "services/rating/model/settings.h"

namespace arena::rating {
namespace {

TEST(CanonicalJsonTest, WritesEachKeyOnceInAFixedOrder) {
  Leaderboard leaderboard{.votes = 7, .groups = 1};
  leaderboard.models.push_back({.model = "vicuna-13b",
                                .rating = 1016.25,
                                .lower = 990,
                                .upper = 1042.5,
                                .rank = 1,
                                .rank_lower = 1,
                                .rank_upper = 2,
                                .votes = 7,
                                .is_provisional = true,
                                .group = 1});
  EXPECT_EQ(CanonicalJson(leaderboard),
            R"({"method":"bt","votes":7,"groups":1,"models":[{"model":"vicuna-13b",)"
            R"("rating":1016.25,"lower":990,"upper":1042.5,"rank":1,"votes":7,)"
            R"("rank_lower":1,"rank_upper":2,"provisional":true,"group":1}]})");
}

TEST(CanonicalJsonTest, AModelThatIsNotRatedHasNulls) {
  Leaderboard leaderboard;
  leaderboard.models.push_back({.model = "x", .votes = 1});
  EXPECT_NE(CanonicalJson(leaderboard).find(R"("rating":null,"lower":null,"upper":null,"rank":0)"),
            std::string::npos);
}

TEST(JsonWriterTest, EscapesOnlyWhatMustBe) {
  JsonWriter json;
  json.String("a\"b\\c\n\x01/é");
  EXPECT_EQ(json.Take(), "\"a\\\"b\\\\c\\u000a\\u0001/é\"");
}

TEST(JsonWriterTest, NumbersReadBackAsTheSameDouble) {
  for (const double value : {0.1, 1.0 / 3.0, 1e300, 5e-324, -1000.0000000000001}) {
    JsonWriter json;
    json.Number(value);
    EXPECT_EQ(std::strtod(json.Take().c_str(), nullptr), value);
  }
  JsonWriter json;
  json.Number(INFINITY);
  EXPECT_EQ(json.Take(), "null");
}

TEST(SettingsJsonTest, ThreadsAreNoSetting) {
  Settings one, two;
  two.threads = 2;
  EXPECT_EQ(SettingsJson(one), SettingsJson(two));
}

TEST(Sha256Test, AgreesWithThePublishedVector) {  // FIPS 180-2, appendix B.1
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace arena::rating
