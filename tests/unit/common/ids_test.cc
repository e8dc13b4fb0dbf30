#include "common/base/ids.h"

#include <gtest/gtest.h>

#include <set>

#include "common/base/errors.h"
#include "common/base/keyed_hash.h"
#include "tests/support/seed.h"

namespace arena {
namespace {

constexpr char kRfcExample[] = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
const absl::Time kRfcTime = absl::FromUnixMillis(0x017f22e279b0);

TEST(UuidTest, TextFormRoundTripsInLowerCase) {
  const auto parsed = Uuid::Parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->ToString(), kRfcExample);
}

TEST(UuidTest, ParseRefusesAnythingButTheCanonicalForm) {
  for (const char* text :
       {"", "017f22e279b07cc398c4dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e2 79b0-7cc3-98c4-dc0c0c07398f",
        "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}", "017f22e2-79b07-cc3-98c4-dc0c0c07398f"}) {
    EXPECT_FALSE(Uuid::Parse(text).ok()) << text;
  }
}

TEST(UuidTest, Version7TimeIsReadBackAsInTheRfcExample) {
  const Uuid uuid = *Uuid::Parse(kRfcExample);
  EXPECT_TRUE(uuid.IsVersion7());
  EXPECT_EQ(uuid.time(), kRfcTime);
  EXPECT_FALSE(Uuid::Parse("919108f7-52d1-4320-9bac-f847db4148a8")->IsVersion7());
}

TEST(UuidTest, MadeIdsAreVersion7DistinctAndOrderedByTime) {
  SeededRandom random(testing::TestSeed());
  std::set<Uuid> seen;
  Uuid last;
  for (int i = 0; i < 1000; ++i) {
    const absl::Time time = kRfcTime + absl::Milliseconds(i);
    const Uuid uuid = Uuid::MakeVersion7(time, random);
    EXPECT_TRUE(uuid.IsVersion7());
    EXPECT_EQ(uuid.time(), time);
    EXPECT_LT(last, uuid);
    seen.insert(last = uuid);
  }
  EXPECT_EQ(seen.size(), 1000u);
}

TEST(UuidTest, DerivedIdKeepsTheTimeAndDependsOnTheEntropy) {
  const Uuid source = *Uuid::Parse(kRfcExample);
  const Uuid one = Uuid::DeriveVersion7(source, KeyedHash("key", "a"));
  const Uuid two = Uuid::DeriveVersion7(source, KeyedHash("key", "b"));
  EXPECT_EQ(one.time(), source.time());
  EXPECT_TRUE(one.IsVersion7());
  EXPECT_NE(one, two);
  // The first ten bytes of the hash but for version and variant: an id that other replicas derive
  // during a rolling upgrade, and that later releases derive again.
  EXPECT_EQ(one.ToString(), "017f22e2-79b0-780c-bdb4-ce3de5b9e558");
}

TEST(BattleIdTest, RefusesOtherVersionsWithTheFieldsName) {
  EXPECT_TRUE(BattleId::Parse(kRfcExample).ok());
  const auto refused = BattleId::Parse("919108f7-52d1-4320-9bac-f847db4148a8");
  EXPECT_EQ(ReasonOf(refused.status()), "FIELD_INVALID");
  EXPECT_EQ(DetailsOf(refused.status())->metadata.at("field"), "battle_id");
}

TEST(RequestIdTest, IsTakenForADayAndFiveMinutesAhead) {
  const auto at = [](absl::Duration age) { return RequestId::Parse(kRfcExample, kRfcTime + age); };
  EXPECT_TRUE(at(absl::ZeroDuration()).ok());
  EXPECT_TRUE(at(absl::Hours(24)).ok());
  EXPECT_TRUE(at(-absl::Minutes(5)).ok());
  EXPECT_EQ(ReasonOf(at(absl::Hours(24) + absl::Milliseconds(1)).status()), "REQUEST_ID_INVALID");
  EXPECT_EQ(ReasonOf(at(-absl::Minutes(5) - absl::Milliseconds(1)).status()), "REQUEST_ID_INVALID");
}

TEST(RequestIdTest, RefusesTextsThatAreNoVersion7Uuid) {
  EXPECT_EQ(ReasonOf(RequestId::Parse("", kRfcTime).status()), "REQUEST_ID_INVALID");
  EXPECT_EQ(ReasonOf(RequestId::Parse("919108f7-52d1-4320-9bac-f847db4148a8", kRfcTime).status()),
            "REQUEST_ID_INVALID");
}

}  // namespace
}  // namespace arena
