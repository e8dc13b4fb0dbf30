// The table of limits in common/base/README.md is held to the code: every constant of limits.h
// stands there, and every metric and test that it names exists. What the API promises is held to
// the code, too.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "common/base/limits.h"

namespace arena {
namespace {

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// The sources of some folders, one after the other.
std::string SourcesOf(const std::vector<std::string>& folders) {
  std::string text;
  for (const std::string& folder : folders) {
    const auto root = std::filesystem::path(ARENA_SOURCE_DIR) / folder;
    for (const auto& file : std::filesystem::recursive_directory_iterator(root)) {
      const auto extension = file.path().extension();
      if (extension == ".cc" || extension == ".h") text += ReadAll(file.path());
    }
  }
  return text;
}

std::vector<std::string> Lines(const std::string& text) { return absl::StrSplit(text, '\n'); }

// The words of `text` that stand in backquotes.
std::vector<std::string> Quoted(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '`');
  std::vector<std::string> quoted;
  for (size_t i = 1; i < parts.size(); i += 2) quoted.push_back(parts[i]);
  return quoted;
}

// A row: | limit | setting | refused | metric | test |
struct Row {
  std::string limit;
  std::vector<std::string> metrics;
  std::vector<std::string> tests;
};

std::vector<Row> Table() {
  std::vector<Row> rows;
  const std::string readme =
      ReadAll(std::filesystem::path(ARENA_SOURCE_DIR) / "common/base/README.md");
  for (const std::string& line : Lines(readme)) {
    if (!line.starts_with("| `k")) continue;
    // Five cells, between the first bar and the last.
    const std::vector<std::string> cells = absl::StrSplit(line, '|');
    EXPECT_EQ(cells.size(), 7u) << line;
    if (cells.size() != 7) continue;
    rows.push_back({Quoted(cells[1]).front(), Quoted(cells[4]), Quoted(cells[5])});
  }
  return rows;
}

std::set<std::string> ConstantsOfLimits() {
  std::set<std::string> names;
  const std::string header =
      ReadAll(std::filesystem::path(ARENA_SOURCE_DIR) / "common/base/limits.h");
  for (const std::string& line : Lines(header)) {
    if (!line.starts_with("inline constexpr ")) continue;
    const size_t begin = line.find(" k") + 1;
    names.insert(std::string(line.substr(begin, line.find(' ', begin) - begin)));
  }
  return names;
}

TEST(LimitsTableTest, EveryLimitStandsInTheTableOnce) {
  std::multiset<std::string> listed;
  for (const Row& row : Table()) listed.insert(row.limit);
  const std::set<std::string> constants = ConstantsOfLimits();
  EXPECT_TRUE(constants.contains("kPromptBytes")) << "the search finds nothing";
  EXPECT_EQ(listed, std::multiset<std::string>(constants.begin(), constants.end()));
}

TEST(LimitsTableTest, EveryTestOfTheTableExists) {
  const std::string tests = SourcesOf({"tests"});
  for (const Row& row : Table()) {
    EXPECT_FALSE(row.tests.empty()) << row.limit;
    for (const std::string& test : row.tests) {
      const std::vector<std::string> parts = absl::StrSplit(test, '.');
      ASSERT_EQ(parts.size(), 2u) << test;
      EXPECT_NE(tests.find("(" + parts[0] + ", " + parts[1] + ")"), std::string::npos) << test;
    }
  }
}

TEST(LimitsTableTest, EveryMetricOfTheTableExists) {
  const std::string sources = SourcesOf({"common", "services"});
  for (const Row& row : Table()) {
    for (const std::string& metric : row.metrics) {
      const std::string name = metric.substr(0, metric.find('{'));
      EXPECT_NE(sources.find("\"" + name + "\""), std::string::npos) << metric;
    }
  }
}

// Servers count refusals by the limit's name, so that name must be one.
TEST(LimitsTableTest, EveryLimitThatAnErrorNamesIsAConstant) {
  const std::string sources = SourcesOf({"common", "services"});
  const std::set<std::string> constants = ConstantsOfLimits();
  std::set<std::string> named;
  for (const std::string call : {"Overloaded(", "BeyondLimit(", "CheckRange("}) {
    for (size_t at = sources.find(call); at != std::string::npos; at = sources.find(call, at + 1)) {
      const size_t begin = sources.find_first_not_of(" \n", at + call.size());
      if (begin == std::string::npos || sources[begin] != '"') continue;
      named.insert(sources.substr(begin + 1, sources.find('"', begin + 1) - begin - 1));
    }
  }
  EXPECT_TRUE(named.contains("kConcurrentStreams")) << "the search finds nothing";
  for (const std::string& limit : named) EXPECT_TRUE(constants.contains(limit)) << limit;
}

// As the comments of the API write a number.
std::string WithCommas(int64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string RangeSaid(int64_t most, int64_t standard) {
  return fmt::format("to return, 1 to {}; 0 means {}.", WithCommas(most), WithCommas(standard));
}

// The text of one message of proto/arena/v1, with its comments.
std::string MessageSaid(const std::string& file, const std::string& message) {
  const std::string proto =
      ReadAll(std::filesystem::path(ARENA_SOURCE_DIR) / "proto/arena/v1" / (file + ".proto"));
  const size_t begin = proto.find("message " + message + " {");
  return begin == std::string::npos ? "" : proto.substr(begin, proto.find("\n}\n", begin) - begin);
}

TEST(LimitsTableTest, TheApiPromisesWhatTheConstantsSay) {
  using namespace limits;
  const struct {
    const char* file;
    const char* message;
    std::string promise;
  } promises[] = {
      {"matchmaker_service", "ListModelsRequest", RangeSaid(kMaxPageModels, kDefaultPageModels)},
      {"model_admin_service", "ListAllModelsRequest",
       RangeSaid(kMaxPageModels, kDefaultPageModels)},
      {"vote_service", "ListVotesRequest", RangeSaid(kMaxPageVotes, kDefaultPageVotes)},
      {"vote_service", "ExportVotesResponse", "at most " + WithCommas(kExportBatchVotes) + "."},
      {"leaderboard_service", "GetPairStatisticsRequest",
       RangeSaid(kMaxPagePairs, kDefaultPagePairs)},
      {"leaderboard_service", "ListSnapshotsRequest",
       RangeSaid(kMaxPageSnapshots, kDefaultPageSnapshots)},
      {"leaderboard_service", "GetRatingHistoryRequest",
       RangeSaid(kMaxPageHistory, kDefaultPageHistory)},
      {"leaderboard_service", "GetVoteStatisticsRequest",
       RangeSaid(kMaxStatisticsDays, kDefaultStatisticsDays)},
      {"leaderboard_service", "GetVoteStatisticsResponse", "The fifteen languages"}};
  for (const auto& [file, message, promise] : promises) {
    EXPECT_NE(MessageSaid(file, message).find(promise), std::string::npos)
        << message << ": " << promise;
  }
  EXPECT_EQ(kTopLanguages, 15u);
}

}  // namespace
}  // namespace arena
