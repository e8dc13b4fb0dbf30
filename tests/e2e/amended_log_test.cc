// Votes taken out, put back and labelled later, from the command line to the leaderboard.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/e2e/exported_log.h"
#include "tests/support/arena_cluster.h"

namespace arena::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr int kVotes = 400;

// Votes of ten people on four models, some of them in German.
std::string SomeVotes() {
  static constexpr const char* kModels[] = {"ash", "beech", "cherry", "dogwood"};
  static constexpr const char* kWinners[] = {"left", "left", "right", "tie", "both_bad"};
  std::string lines;
  for (int i = 0; i < kVotes; ++i) {
    const int left = i % 4;
    const int right = (left + 1 + i / 4 % 3) % 4;
    lines += json({{"model_a", kModels[left]},
                   {"model_b", kModels[right]},
                   {"winner", kWinners[(i * 7 + i / 11) % 5]},
                   {"voter", fmt::format("person-{}", i % 10)},
                   {"language", i % 3 == 0 ? "de" : "en"}})
                 .dump() +
             "\n";
  }
  return lines;
}

// The log's votes as they are in the end: without those that are out, with their newest labels.
std::string WhatIsLeftOf(const ExportedLog& log) {
  std::set<int64_t> out;
  std::map<int64_t, json> labels;
  for (const json& entry : log.entries) {
    const std::string kind = entry["kind"];
    if (kind == "retraction") out.insert(entry["target"].get<int64_t>());
    if (kind == "restoration") out.erase(entry["target"].get<int64_t>());
    if (kind == "annotation") labels[entry["target"].get<int64_t>()] = entry;
  }
  std::string lines;
  for (json entry : log.entries) {
    const auto position = entry["position"].get<int64_t>();
    if (entry["kind"] != "vote" || out.contains(position)) continue;
    if (const auto found = labels.find(position); found != labels.end()) {
      entry["language"] = found->second["new_language"];
      entry["tags"] = found->second["new_tags"];
    }
    lines += entry.dump() + "\n";
  }
  return lines;
}

class AmendedLogJourney : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = ArenaCluster::Start({.has_models = false});
    ASSERT_TRUE(started.ok()) << started.status();
    cluster_ = *std::move(started);
    const std::string file = cluster_->PathOf("some.jsonl");
    WriteFile(file, SomeVotes());
    Run({"votes", "import", file, "--register-models"}, "400 votes of some.jsonl imported");
  }

  void Run(const std::vector<std::string>& arguments, const std::string& says) {
    const CommandResult result = cluster_->Arenactl(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr(says));
  }

  std::string Rate(const std::string& file, const std::vector<std::string>& flags) {
    std::vector<std::string> arguments = {"rate", file, "--format", "json"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const CommandResult rated = cluster_->Arenactl(arguments);
    EXPECT_EQ(rated.exit_code, 0) << rated.err;
    return rated.out;
  }

  std::unique_ptr<ArenaCluster> cluster_;
};

TEST_F(AmendedLogJourney, AnAmendedLogIsRatedAsWhatIsLeftOfIt) {
  const std::string voter = ExportLog(*cluster_).entries[3]["voter"];
  Run({"votes", "retract", "--voter", voter, "--reason", "bought votes"},
      "40 votes retracted, 0 were so before. Leaderboards that cover position 440 show it.\n");
  Run({"votes", "retract", "1-20", "--reason", "a script", "--skip-settled"},
      "18 votes retracted, 2 were so before. Leaderboards that cover position 458 show it.\n");
  Run({"votes", "restore", "2,5-7", "--reason", "not these"},
      "4 votes restored, 0 were so before.");
  const std::string labels = cluster_->PathOf("labels.jsonl");
  WriteFile(labels, R"({"position":2,"tags":["code"]}
{"position":3,"tags":["code"],"language":"fr"}
{"position":300,"tags":["code","math"]}
{"position":301,"tags":["code"],"language":"de"}
{"position":302,"tags":["code"]}
)");
  Run({"votes", "annotate", labels, "--label-version", "1"}, "5 votes labelled, 0 were so before.");
  Run({"votes", "restore", "3", "--reason", "nor this"}, "1 votes restored");
  Run({"votes", "retract", "302", "--reason", "but this"}, "1 votes retracted");

  const ExportedLog log = ExportLog(*cluster_);
  EXPECT_TRUE(log.IsGapless());
  EXPECT_EQ(log.entries[400]["reason"], "bought votes");
  ExpectRecomputable(*cluster_, log);
  const std::string left = cluster_->PathOf("left.jsonl");
  WriteFile(left, WhatIsLeftOf(log));
  const std::vector<std::vector<std::string>> boards = {{"--method", "bt"},
                                                        {"--method", "elo"},
                                                        {"--method", "bt", "--category", "de"},
                                                        {"--method", "elo", "--category", "de"},
                                                        {"--method", "bt", "--category", "code"}};
  for (const auto& flags : boards) {
    SCOPED_TRACE(fmt::format("{}", fmt::join(flags, " ")));
    const std::string rated = Rate(log.path, flags);
    EXPECT_EQ(rated, Rate(left, flags));
  }
  EXPECT_EQ(json::parse(Rate(log.path, {"--category", "code"}))["votes"], 4);
}

TEST_F(AmendedLogJourney, WhatIsRestoredIsAsIfItHadNeverBeenOut) {
  const std::string before = Rate(ExportLog(*cluster_).path, {"--method", "elo"});
  Run({"votes", "retract", "1-400", "--reason", "all of it"}, "400 votes retracted");
  EXPECT_EQ(json::parse(Rate(ExportLog(*cluster_).path, {}))["votes"], 0);
  Run({"votes", "restore", "1-400", "--reason", "no"}, "400 votes restored");
  const ExportedLog log = ExportLog(*cluster_);
  EXPECT_EQ(Rate(log.path, {"--method", "elo"}), before);
  ExpectRecomputable(*cluster_, log);
}

TEST_F(AmendedLogJourney, RefusalsSayWhatToDo) {
  const auto error = [&](std::vector<std::string> arguments) {
    const CommandResult result = cluster_->Arenactl(arguments);
    EXPECT_EQ(result.exit_code, 1) << result.out;
    return result.err;
  };
  EXPECT_THAT(error({"votes", "retract", "401", "--reason", "x"}),
              HasSubstr("There is no vote at position 401 (VOTE_NOT_FOUND)"));
  EXPECT_THAT(error({"votes", "restore", "7", "--reason", "x"}),
              HasSubstr("The vote at position 7 is not retracted (NOT_RETRACTED)"));
  EXPECT_THAT(error({"votes", "retract", "7"}), HasSubstr("--reason is required"));
  EXPECT_THAT(error({"votes", "retract", "--reason", "x"}),
              HasSubstr("Say which votes: either POSITIONS, or --voter."));
  EXPECT_THAT(error({"votes", "retract", "--voter", std::string(32, 'e'), "--reason", "x"}),
              HasSubstr("The log has no vote of the voter"));
  EXPECT_THAT(error({"votes", "retract", "--voter", "person-3", "--reason", "x"}),
              HasSubstr("votes.voter.voter must be 32 hexadecimal digits"));
  EXPECT_EQ(ExportLog(*cluster_).entries.size(), 400u);
}

}  // namespace
}  // namespace arena::testing
