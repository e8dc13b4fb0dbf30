#include "tools/arenactl/leaderboard/verify/recomputer.h"

#include "common/base/status_macros.h"

namespace arena::arenactl {

absl::StatusOr<std::vector<rating::TablePtr>> Recomputer::TablesOf(
    const rating::SnapshotHeader& header) {
  ARENA_ASSIGN_OR_RETURN(Known* const known, Learn(header.settings));
  ARENA_RETURN_IF_ERROR(known->log->ReadUntil(header.position, on_position_));
  const rating::CountsViewPtr view = known->log->View();
  return ComputeTables(known->published.series, *view, known->published.settings, &known->cache);
}

absl::StatusOr<Recomputer::Known*> Recomputer::Learn(const std::string& settings) {
  const auto found = known_.find(settings);
  if (found != known_.end()) return &found->second;
  ARENA_ASSIGN_OR_RETURN(rating::PublishedSettings published, rating::ParseSettingsJson(settings));
  ARENA_ASSIGN_OR_RETURN(OfflineLog* const log, LogFor(published));
  Known known{.published = std::move(published), .log = log, .cache = {}};
  return &known_.emplace(settings, std::move(known)).first->second;
}

absl::StatusOr<OfflineLog*> Recomputer::LogFor(const rating::PublishedSettings& published) {
  for (const auto& log : logs_) {
    if (log->Suits(published)) return log.get();
  }
  ARENA_ASSIGN_OR_RETURN(std::unique_ptr<LogCursor> cursor, open_log_());
  const rating::SeriesSettings& settings = published.settings;
  logs_.push_back(std::make_unique<OfflineLog>(
      rating::LogState::Options{.boards = settings.boards, .elo_k = settings.elo_k},
      std::move(cursor)));
  return logs_.back().get();
}

}  // namespace arena::arenactl
