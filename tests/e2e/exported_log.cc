#include "tests/e2e/exported_log.h"

#include <gtest/gtest.h>

#include <sstream>

namespace arena::testing {

using nlohmann::json;

bool ExportedLog::IsGapless() const {
  for (size_t i = 0; i < entries.size(); ++i) {
    if (entries[i]["position"] != i + 1) return false;
  }
  return true;
}

ExportedLog ExportLog(const ArenaCluster& cluster) {
  const CommandResult exported = cluster.Arenactl({"votes", "export"});
  EXPECT_EQ(exported.exit_code, 0) << exported.err;
  ExportedLog log;
  log.path = cluster.PathOf("votes.jsonl");
  WriteFile(log.path, exported.out);
  std::istringstream lines(exported.out);
  for (std::string line; std::getline(lines, line);) log.entries.push_back(json::parse(line));
  return log;
}

void ExpectRecomputable(const ArenaCluster& cluster, const ExportedLog& log) {
  for (const std::string method : {"bt", "elo"}) {
    for (const std::string format : {"json", "csv"}) {
      SCOPED_TRACE(method + " as " + format);
      const std::vector<std::string> flags = {"--method", method, "--format", format};
      std::vector<std::string> show = {"leaderboard", "show", "--covering",
                                       std::to_string(log.entries.size())};
      std::vector<std::string> rate = {"rate", log.path};
      show.insert(show.end(), flags.begin(), flags.end());
      rate.insert(rate.end(), flags.begin(), flags.end());
      const CommandResult served = cluster.Arenactl(show);
      const CommandResult computed = cluster.Arenactl(rate);
      ASSERT_EQ(served.exit_code, 0) << served.err;
      ASSERT_EQ(computed.exit_code, 0) << computed.err;
      ASSERT_FALSE(served.out.empty());
      EXPECT_EQ(served.out, computed.out);
    }
  }
}

json ShowLeaderboard(const ArenaCluster& cluster, const std::string& method) {
  const CommandResult shown =
      cluster.Arenactl({"leaderboard", "show", "--method", method, "--format", "json"});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  return json::parse(shown.out, nullptr, /*allow_exceptions=*/false);
}

std::vector<std::string> OrderOf(const json& leaderboard) {
  std::vector<std::string> names;
  for (const json& model : leaderboard["models"]) names.push_back(model["model"]);
  return names;
}

}  // namespace arena::testing
