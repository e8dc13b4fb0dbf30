#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/arena_cluster.h"

namespace arena::testing {

// The vote log as `arenactl votes export` writes it.
struct ExportedLog {
  // A file with the exported lines.
  std::string path;
  std::vector<nlohmann::json> entries;

  // Whether the positions are 1, 2, 3 … each once, in this order.
  bool IsGapless() const;
};

// Exports the log into the cluster's folder. Fails the test when that does not work.
ExportedLog ExportLog(const ArenaCluster& cluster);

// Expects that `arenactl rate` makes of the exported log, byte for byte, what the service
// publishes, by both methods and in JSON and CSV.
void ExpectRecomputable(const ArenaCluster& cluster, const ExportedLog& log);

// `arenactl leaderboard show --format json` of a method, parsed.
nlohmann::json ShowLeaderboard(const ArenaCluster& cluster, const std::string& method);

// Names of the models of a leaderboard, best first.
std::vector<std::string> OrderOf(const nlohmann::json& leaderboard);

}  // namespace arena::testing
