#include "services/rating/live/publisher.h"

#include <memory>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "common/base/status_macros.h"
#include "services/rating/model/library_version.h"

namespace arena::rating {

Publisher::Publisher(Options options, Clock& clock, const LeaseKeeper& lease, SnapshotStore& store,
                     const SnapshotHub& hub, SnapshotLoader& loader, RatingMetrics& metrics)
    : options_(std::move(options)),
      settings_json_(SettingsJson(options_.series, options_.settings)),
      clock_(clock),
      lease_(lease),
      store_(store),
      hub_(hub),
      loader_(loader),
      metrics_(metrics) {}

absl::StatusOr<bool> Publisher::Step(const CountsView& view) {
  const std::optional<Lease> lease = lease_.held();
  if (!lease || !HasNews(view)) return false;
  {
    absl::MutexLock lock(&mutex_);
    last_begin_ = clock_.Now();
  }
  auto tables = Compute(view);
  if (tables.ok() && tables->empty()) return false;
  auto published = tables.ok() ? Store(*lease, view.position, *std::move(tables)) : tables.status();
  if (!published.ok()) metrics_.PublishFailed(options_.series);
  return published;
}

bool Publisher::IsIdle() const {
  absl::MutexLock lock(&mutex_);
  return clock_.Now() - last_begin_ >= options_.interval;
}

bool Publisher::HasNews(const CountsView& view) const {
  const SnapshotPtr newest = hub_.newest(options_.series);
  return CanCompute(options_.series, view) && view.position != refused_position_ &&
         IsWorthPublishing(newest == nullptr ? nullptr : &newest->header, view.position,
                           settings_json_, kLibraryVersion);
}

absl::StatusOr<std::vector<TablePtr>> Publisher::Compute(const CountsView& view) {
  const absl::Time begin = clock_.Now();
  auto tables = ComputeTables(options_.series, view, options_.settings, &cache_, options_.threads);
  if (tables.ok()) metrics_.Fitted(options_.series, clock_.Now() - begin);
  return tables;
}

absl::StatusOr<bool> Publisher::Store(const Lease& lease, int64_t position,
                                      std::vector<TablePtr> tables) {
  const absl::Time begin = clock_.Now();
  is_storing_ = true;
  const absl::Cleanup stored = [this] { is_storing_ = false; };
  SnapshotDraft draft{.series = options_.series,
                      .position = position,
                      .settings = settings_json_,
                      .library_version = std::string(kLibraryVersion),
                      .digest = "",
                      .tables = EncodeTables(tables)};
  draft.digest = DigestOf(draft.tables);
  auto header = store_.Publish(lease, draft);
  // Another replica leads now; what it publishes arrives by the loader.
  if (absl::IsFailedPrecondition(header.status())) return false;
  if (!header.ok()) return header.status();
  if (!*header) {
    refused_position_ = position;
    return false;
  }
  metrics_.Published(options_.series, clock_.Now() - begin);
  loader_.Adopt(std::make_shared<const Snapshot>(
      Snapshot{.header = **std::move(header), .tables = std::move(tables)}));
  return true;
}

}  // namespace arena::rating
