#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/rating/core/snapshots/settings_json.h"
#include "services/rating/core/snapshots/snapshot.h"
#include "tools/arenactl/leaderboard/verify/offline_log.h"

namespace arena::arenactl {

// Computes snapshots again from the vote log alone, by the library that the service is built from.
// For one thread.
class Recomputer {
 public:
  // `open_log` gives the log from its beginning. `on_position` hears how far it has been read.
  Recomputer(std::function<absl::StatusOr<std::unique_ptr<LogCursor>>()> open_log,
             std::function<void(int64_t)> on_position)
      : open_log_(std::move(open_log)), on_position_(std::move(on_position)) {}

  // The tables of a snapshot with this header. Snapshots come by ascending position, so that the
  // log is read once (and once more for each set of boards or K of Elo, if they have changed).
  // Errors: those of ParseSettingsJson, of the log, and of ComputeTables.
  absl::StatusOr<std::vector<rating::TablePtr>> TablesOf(const rating::SnapshotHeader& header);

 private:
  // What is known of one text of settings.
  struct Known {
    rating::PublishedSettings published;
    OfflineLog* log = nullptr;
    // Boards that have not changed since the snapshot before are not computed again.
    rating::TableCache cache;
  };
  absl::StatusOr<Known*> Learn(const std::string& settings);
  // A log that counts these boards with this K, from its beginning if there is none yet.
  absl::StatusOr<OfflineLog*> LogFor(const rating::PublishedSettings& published);

  const std::function<absl::StatusOr<std::unique_ptr<LogCursor>>()> open_log_;
  const std::function<void(int64_t)> on_position_;
  std::vector<std::unique_ptr<OfflineLog>> logs_;
  std::map<std::string, Known> known_;
};

}  // namespace arena::arenactl
