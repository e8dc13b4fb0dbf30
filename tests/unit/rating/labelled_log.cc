#include "tests/unit/rating/labelled_log.h"

#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <string>
#include <utility>

namespace arena::rating::testing {
namespace {

const char* const kLanguages[] = {"en", "de", "zh", "und", "tlh"};

TagSet RandomTags(Random& random) {
  TagSet tags;
  for (const char* tag : {"code", "math", "long_prompt", "short_prompt", "refusal", "poetry"}) {
    if (random.Below(3) == 0) tags.Add(tag);
  }
  return tags;
}

StyleCounts RandomStyle(Random& random) {
  return {.tokens = static_cast<int32_t>(1 + random.Below(900)),
          .headers = static_cast<int32_t>(random.Below(5)),
          .list_items = static_cast<int32_t>(random.Below(9)),
          .bold_spans = static_cast<int32_t>(random.Below(9))};
}

}  // namespace

LogState NewState(double elo_k) {
  LogState state({.boards = {}, .elo_k = elo_k});
  for (int i = 0; i < kTestModels; ++i) state.NameModel(ModelId{i}, "model-" + std::to_string(i));
  return state;
}

std::vector<LogEntry> RandomVotes(int votes, Random& random) {
  std::vector<LogEntry> log;
  for (int i = 0; i < votes; ++i) {
    const auto left = static_cast<int>(random.Below(kTestModels));
    const auto other = static_cast<int>(1 + random.Below(kTestModels - 1));
    log.push_back(
        {.position = i + 1,
         .left_model = ModelId{left},
         .right_model = ModelId{(left + other) % kTestModels},
         .choice = static_cast<Choice>(1 + random.Below(4)),
         .is_rated = random.Below(10) > 0,
         .vote_time = absl::UnixEpoch() + absl::Hours(20'000) + absl::Minutes(5 * i),
         .turn = static_cast<int>(1 + random.Below(3)),
         .language = kLanguages[random.Below(std::size(kLanguages))],
         .tags = RandomTags(random),
         .voter_hash = random.Below(5) == 0 ? "" : "voter " + std::to_string(random.Below(12)),
         .left_style = RandomStyle(random),
         .right_style = RandomStyle(random)});
  }
  return log;
}

LogEntry About(const LogEntry& vote, int64_t position, VoteKind kind) {
  LogEntry entry = vote;
  entry.position = position;
  entry.kind = kind;
  entry.target_position = vote.position;
  return entry;
}

LogEntry Annotation(const LogEntry& vote, int64_t position, std::string language, TagSet tags) {
  LogEntry entry = About(vote, position, VoteKind::kAnnotation);
  entry.new_language = std::move(language);
  entry.new_tags = tags;
  return entry;
}

void AppendAmendments(std::vector<LogEntry>& log, int count, Random& random) {
  // Votes with the labels in force, and whether they are out.
  std::vector<LogEntry> votes;
  std::map<int64_t, bool> is_out;
  for (const LogEntry& entry : log) {
    if (entry.kind == VoteKind::kVote) votes.push_back(entry);
    if (entry.kind == VoteKind::kRetraction) is_out[entry.target_position] = true;
    if (entry.kind == VoteKind::kRestoration) is_out[entry.target_position] = false;
    if (entry.kind == VoteKind::kAnnotation) {
      for (LogEntry& vote : votes) {
        if (vote.position != entry.target_position) continue;
        vote.language = entry.new_language;
        vote.tags = entry.new_tags;
      }
    }
  }
  for (int i = 0; i < count; ++i) {
    LogEntry& vote = votes[random.Below(votes.size())];
    const int64_t position = std::ssize(log) + 1;
    if (random.Below(3) == 0) {
      log.push_back(Annotation(vote, position, kLanguages[random.Below(std::size(kLanguages))],
                               RandomTags(random)));
      vote.language = log.back().new_language;
      vote.tags = log.back().new_tags;
      continue;
    }
    bool& out = is_out[vote.position];
    log.push_back(About(vote, position, out ? VoteKind::kRestoration : VoteKind::kRetraction));
    out = !out;
  }
}

void ApplyAll(LogState& state, const std::vector<LogEntry>& log) {
  for (const LogEntry& entry : log) {
    if (entry.position <= state.position()) continue;
    const absl::Status status = state.Apply(entry);
    ASSERT_TRUE(status.ok()) << status;
  }
}

SeriesSettings AllBoards() {
  SeriesSettings settings;
  settings.board_minimum_votes = 0;
  return settings;
}

std::string DigestOfSeries(Series series, const CountsView& view) {
  const auto tables = ComputeTables(series, view, AllBoards());
  EXPECT_TRUE(tables.ok()) << tables.status();
  return tables.ok() ? DigestOf(EncodeTables(*tables)) : "";
}

}  // namespace arena::rating::testing
