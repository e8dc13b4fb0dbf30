#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace arena::arenactl {

struct VerifyOptions {
  // A snapshot's number; 0 for the newest of each series.
  int64_t snapshot = 0;
  // Every retained snapshot.
  bool is_all = false;
  // A file of `votes export`; empty asks vote-ingest.
  std::string log;
  std::string rating;
  std::string vote_ingest;
};

// Exit code of `leaderboard verify` when numbers agree that another library version computed.
inline constexpr int kOtherLibraryCode = 2;

// Recomputes published snapshots from the vote log and compares; prints what came of it. The exit
// code: 0 for the same bytes, kOtherLibraryCode. An error when anything differs or cannot be had.
absl::StatusOr<int> RunVerify(const VerifyOptions& options);

// Registers `verify` under `leaderboard`.
void AddVerifyCommand(CLI::App& leaderboard);

}  // namespace arena::arenactl
