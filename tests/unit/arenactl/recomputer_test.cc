#include "tools/arenactl/leaderboard/verify/recomputer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/support/seed.h"
#include "tests/unit/rating/labelled_log.h"

namespace arena::arenactl {
namespace {

using rating::LogEntry;
using rating::Series;
using rating::SeriesSettings;
using rating::TagSet;
using ::testing::HasSubstr;

void SetTags(TagSet tags, google::protobuf::RepeatedPtrField<std::string>& texts) {
  const std::pair<const char*, TagSet::Tag> known[] = {{"code", TagSet::kCode},
                                                       {"math", TagSet::kMath},
                                                       {"long_prompt", TagSet::kLongPrompt},
                                                       {"short_prompt", TagSet::kShortPrompt},
                                                       {"refusal", TagSet::kRefusal}};
  for (const auto& [name, tag] : known) {
    if (tags.Has(tag)) texts.Add(name);
  }
}

void SetStyle(const StyleCounts& style, v1::StyleFeatures& features) {
  features.set_tokens(style.tokens);
  features.set_headers(style.headers);
  features.set_list_items(style.list_items);
  features.set_bold_spans(style.bold_spans);
}

// As vote-ingest exports it: models by name.
v1::VoteEntry Exported(const LogEntry& entry) {
  v1::VoteEntry exported;
  exported.set_position(entry.position);
  exported.set_kind(static_cast<v1::VoteKind>(entry.kind));
  exported.set_target_position(entry.target_position);
  exported.set_model_left("model-" + std::to_string(static_cast<int>(entry.left_model)));
  exported.set_model_right("model-" + std::to_string(static_cast<int>(entry.right_model)));
  exported.set_choice(static_cast<v1::Choice>(entry.choice));
  exported.set_rated(entry.is_rated);
  exported.set_turn(entry.turn);
  exported.set_language(entry.language);
  SetTags(entry.tags, *exported.mutable_tags());
  exported.set_voter(entry.voter_hash);
  SetStyle(entry.left_style, *exported.mutable_style_left());
  SetStyle(entry.right_style, *exported.mutable_style_right());
  exported.mutable_vote_time()->set_seconds(absl::ToUnixSeconds(entry.vote_time));
  exported.set_new_language(entry.new_language);
  SetTags(entry.new_tags, *exported.mutable_new_tags());
  return exported;
}

class ListCursor : public LogCursor {
 public:
  explicit ListCursor(const std::vector<LogEntry>& log) : log_(log) {}
  absl::Status ReadUntil(int64_t position,
                         const std::function<absl::Status(const v1::VoteEntry&)>& take) override {
    for (; next_ < log_.size() && log_[next_].position <= position; ++next_) {
      const absl::Status taken = take(Exported(log_[next_]));
      if (!taken.ok()) return taken;
    }
    return absl::OkStatus();
  }

 private:
  const std::vector<LogEntry>& log_;
  size_t next_ = 0;
};

class RecomputerTest : public ::testing::Test {
 protected:
  RecomputerTest() {
    SeededRandom random(arena::testing::TestSeed());
    log_ = rating::testing::RandomVotes(300, random);
    rating::testing::AppendAmendments(log_, 200, random);
  }

  // What the service publishes of the log up to `position`.
  std::string PublishedDigest(Series series, int64_t position, const SeriesSettings& settings) {
    rating::LogState state({.boards = settings.boards, .elo_k = settings.elo_k});
    for (int i = 0; i < rating::testing::kTestModels; ++i) {
      state.NameModel(ModelId{i}, "model-" + std::to_string(i));
    }
    rating::testing::ApplyAll(state, {log_.begin(), log_.begin() + position});
    while (!state.ReplayElo(100)) {
    }
    return DigestOf(EncodeTables(*ComputeTables(series, *state.View(), settings)));
  }

  absl::StatusOr<std::string> Recompute(Series series, int64_t position,
                                        const SeriesSettings& settings) {
    const auto tables = recomputer_.TablesOf(
        {.series = series, .position = position, .settings = SettingsJson(series, settings)});
    if (!tables.ok()) return tables.status();
    return DigestOf(EncodeTables(*tables));
  }

  std::vector<LogEntry> log_;
  int opened_ = 0;
  int64_t read_until_ = 0;
  Recomputer recomputer_{[this]() -> absl::StatusOr<std::unique_ptr<LogCursor>> {
                           ++opened_;
                           return std::make_unique<ListCursor>(log_);
                         },
                         [this](int64_t position) { read_until_ = position; }};
};

TEST_F(RecomputerTest, OnePassGivesEverySnapshotOfEverySeries) {
  const SeriesSettings settings = rating::testing::AllBoards();
  for (int64_t position = 50; position <= std::ssize(log_); position += 50) {
    for (const Series series : rating::kAllSeries) {
      const auto digest = Recompute(series, position, settings);
      ASSERT_TRUE(digest.ok()) << digest.status();
      EXPECT_EQ(*digest, PublishedDigest(series, position, settings))
          << NameOf(series) << " at " << position;
    }
    EXPECT_EQ(read_until_, position);
  }
  EXPECT_EQ(opened_, 1);
}

TEST_F(RecomputerTest, OtherBoardsAndOtherThresholdsAreComputedEachWithItsOwn) {
  SeriesSettings few = rating::testing::AllBoards();
  few.boards = *rating::BoardSet::WithLanguages(std::vector<std::string>{"tlh"});
  SeriesSettings strict;
  strict.board_minimum_votes = 100;
  SeriesSettings gentle = strict;
  gentle.elo_k = 4.0;
  for (const int64_t position : {200, 400}) {
    for (const SeriesSettings& settings : {few, strict, gentle}) {
      for (const Series series : {Series::kCounts, Series::kElo}) {
        const auto digest = Recompute(series, position, settings);
        ASSERT_TRUE(digest.ok()) << digest.status();
        EXPECT_EQ(*digest, PublishedDigest(series, position, settings));
      }
    }
  }
}

TEST_F(RecomputerTest, ALogThatEndsBeforeTheSnapshotIsRefused) {
  const auto digest =
      Recompute(Series::kCounts, std::ssize(log_) + 1, rating::testing::AllBoards());
  EXPECT_TRUE(absl::IsDataLoss(digest.status()));
  EXPECT_THAT(std::string(digest.status().message()), HasSubstr("ends at position 500"));
}

TEST_F(RecomputerTest, AnExportWithEntriesLeftOutIsRefused) {
  log_.erase(log_.begin() + 122);
  const auto digest = Recompute(Series::kCounts, 300, rating::testing::AllBoards());
  EXPECT_TRUE(absl::IsDataLoss(digest.status()));
  EXPECT_THAT(std::string(digest.status().message()), HasSubstr("lacks position 123"));
}

}  // namespace
}  // namespace arena::arenactl
