#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "services/rating/model/settings.h"
#include "tests/unit/rating_model/synthetic.h"
#include "tools/arenactl/rate/read_votes.h"

namespace arena::rating::testing {

// A file of tests/testdata/rating.
inline std::string DataFile(const std::string& name) {
  return (std::filesystem::path(ARENA_RATING_TESTDATA) / name).string();
}

// Reads and rates a file; throws when either fails.
inline Leaderboard RateFile(const std::string& path, const Settings& settings) {
  auto input = rate::ReadVotes(path, {.elo_k = settings.k});
  if (!input.ok()) throw std::runtime_error(input.status().ToString());
  const std::vector<double>* elo = input->is_ordered() ? &input->elo().Ratings() : nullptr;
  const auto board = ComputeLeaderboard({input->models(), input->counts(), elo}, settings);
  if (!board.ok()) throw std::runtime_error(board.status().ToString());
  return *board;
}

}  // namespace arena::rating::testing
