#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace arena::arenactl {

struct SimulationOptions {
  int voters = 20;
  int64_t battles = 500;
  // Chooses the questions and the voters' pseudonyms.
  uint64_t seed = 1;
  // How long a call is repeated while a server is away, and a snapshot waited for.
  int patience_seconds = 60;
  // HOST:PORT, or several separated by commas, over which the voters spread.
  std::string matchmaker;
  std::string model_gateway;
  std::string vote_ingest;
  std::string rating;
};

struct SimulationSummary {
  int64_t played = 0;
  int64_t rated = 0;
  // By choice: left, right, tie, both bad.
  std::array<int64_t, 4> choices{};
  int64_t failed = 0;
  std::string first_error;
  // Battles only.
  absl::Duration elapsed;
  int64_t last_position = 0;
  // The snapshot that covers the last vote, and how long after it was seen.
  int64_t snapshot_id = 0;
  absl::Duration snapshot_after;
};

// Plays all battles, voters side by side, then waits until every rating server has published a
// snapshot that covers the last vote. An error when nothing can be begun or no snapshot comes;
// failed battles are counted in the summary instead, and after many of them no new ones begin.
absl::StatusOr<SimulationSummary> RunSimulation(const SimulationOptions& options);

}  // namespace arena::arenactl
