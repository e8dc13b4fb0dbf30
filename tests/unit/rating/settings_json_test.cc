#include "services/rating/core/snapshots/settings_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "services/rating/model/leaderboard/canonical_json.h"
#include "tests/support/seed.h"

namespace arena::rating {
namespace {

using ::testing::HasSubstr;

SeriesSettings RandomSettings(Random& random) {
  const std::vector<std::string> languages = {"en", "de", "tlh", "zh"};
  SeriesSettings settings;
  settings.boards = *BoardSet::WithLanguages(
      std::span(languages).first(static_cast<size_t>(random.Below(languages.size() + 1))));
  settings.board_minimum_votes = static_cast<int64_t>(random.Below(1'000'000'000'000));
  settings.provisional_votes = static_cast<int64_t>(random.Below(1'000));
  settings.elo_k = 1.0 + static_cast<double>(random.Below(1'000'000)) / 7919.0;
  return settings;
}

TEST(SettingsJsonTest, EverySettingReadsBackToTheSameBytes) {
  SeededRandom random(arena::testing::TestSeed());
  for (int round = 0; round < 100; ++round) {
    const SeriesSettings settings = RandomSettings(random);
    for (const Series series : kAllSeries) {
      const std::string text = SettingsJson(series, settings);
      const auto parsed = ParseSettingsJson(text);
      ASSERT_TRUE(parsed.ok()) << parsed.status() << '\n' << text;
      EXPECT_EQ(parsed->series, series);
      EXPECT_EQ(SettingsJson(series, parsed->settings), text);
      EXPECT_EQ(parsed->settings.board_minimum_votes, settings.board_minimum_votes);
      EXPECT_EQ(parsed->settings.elo_k, settings.elo_k);
      if (series == Series::kElo) continue;
      EXPECT_EQ(parsed->settings.boards.boards(), settings.boards.boards());
    }
  }
}

// A snapshot carries them, so other bytes are other settings: each series is published once more.
TEST(SettingsJsonTest, TheDefaultsAreThoseThatArePublished) {
  const std::pair<Series, const char*> digests[] = {
      {Series::kCounts, "e56d49333d41854f04dbd070a775b2aa9673c10e0abd45d6e97bdee85da2863c"},
      {Series::kElo, "d2b04b6f0e988530ff276ca9c76d545836029385c17d90d21ab72cbe39d399d8"},
      {Series::kStyle, "a9f8ae280d9d6f5bacbe4f57152ec4b4849b374a2e3767af52f09eaea4283859"}};
  for (const auto& [series, digest] : digests) {
    EXPECT_EQ(Sha256Hex(SettingsJson(series, SeriesSettings())), digest) << NameOf(series);
  }
}

struct Change {
  const char* name;
  // JSON pointer and new value.
  const char* where;
  nlohmann::ordered_json value;
  const char* complaint;
};

class ForeignSettings : public ::testing::TestWithParam<Change> {};

TEST_P(ForeignSettings, AreRefusedByName) {
  auto json = nlohmann::ordered_json::parse(SettingsJson(Series::kCounts, SeriesSettings()));
  json[nlohmann::ordered_json::json_pointer(GetParam().where)] = GetParam().value;
  const auto parsed = ParseSettingsJson(json.dump());
  EXPECT_TRUE(absl::IsFailedPrecondition(parsed.status())) << parsed.status();
  EXPECT_THAT(std::string(parsed.status().message()), HasSubstr(GetParam().complaint));
}

INSTANTIATE_TEST_SUITE_P(
    Changes, ForeignSettings,
    ::testing::Values(
        Change{"Version", "/boards/1/version", 2, "the board coding, version 2"},
        Change{"Rule", "/boards/2/description", "Other votes.", "the board math, version 1"},
        Change{"Board", "/boards/1/name", "poetry", "the board poetry"},
        Change{"Language", "/boards/9/name", "language-Klingon", "these boards"},
        Change{"Series", "/series", "votes", "the series votes"},
        Change{"Setting", "/settings/gauge", "established", "gauge = \"established\""},
        Change{"NewSetting", "/settings/temperature", 1, "the setting temperature"},
        Change{"NewKey", "/era", 1, "their form"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(SettingsJsonTest, WhatIsNoSettingsIsDataLoss) {
  for (const char* text :
       {"", "null", "[]", "{}", "{\"series\":\"counts\"}", "{\"series\":1,\"boards\":[]}"}) {
    EXPECT_TRUE(absl::IsDataLoss(ParseSettingsJson(text).status())) << text;
  }
}

}  // namespace
}  // namespace arena::rating
