#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "arena/v1/vote.pb.h"
#include "services/rating/core/log/log_state.h"
#include "services/rating/core/snapshots/settings_json.h"

namespace arena::arenactl {

// Reads the vote log from its beginning, forward only.
class LogCursor {
 public:
  virtual ~LogCursor() = default;
  // Hands on the entries not yet read up to `position`, in the order of the log. An error of `take`
  // ends it. A log that ends before is no error here.
  virtual absl::Status ReadUntil(int64_t position,
                                 const std::function<absl::Status(const v1::VoteEntry&)>& take) = 0;
};

// What rating counts, made of an exported log. Models are named there, so each gets an id here: no
// leaderboard depends on it. For one thread.
class OfflineLog {
 public:
  OfflineLog(rating::LogState::Options options, std::unique_ptr<LogCursor> cursor);

  // Whether it counts all that these settings need.
  bool Suits(const rating::PublishedSettings& published) const;

  // Applies the log up to `position`, none before the last call's; tells `on_position` how far it
  // is. DATA_LOSS when the log breaks its promises, ends before, or has a gap.
  absl::Status ReadUntil(int64_t position, const std::function<void(int64_t)>& on_position);

  // What was counted, Elo replayed.
  rating::CountsViewPtr View();

 private:
  absl::Status Apply(const v1::VoteEntry& entry);
  ModelId IdOf(const std::string& name);

  const rating::LogState::Options options_;
  rating::LogState state_;
  const std::unique_ptr<LogCursor> cursor_;
  absl::flat_hash_map<std::string, ModelId> ids_;
};

}  // namespace arena::arenactl
