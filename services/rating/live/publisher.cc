#include "services/rating/live/publisher.h"

#include <memory>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "common/base/status_macros.h"
#include "services/rating/model/library_version.h"

namespace arena::rating {

Publisher::Publisher(Options options, Clock& clock, Follower& follower, const LeaseKeeper& lease,
                     SnapshotStore& store, const SnapshotHub& hub, SnapshotLoader& loader,
                     RatingMetrics& metrics)
    : options_(std::move(options)),
      settings_json_(SnapshotSettingsJson(options_.settings)),
      clock_(clock),
      follower_(follower),
      lease_(lease),
      store_(store),
      hub_(hub),
      loader_(loader),
      metrics_(metrics) {}

absl::StatusOr<bool> Publisher::Step() {
  const std::optional<Lease> lease = lease_.held();
  metrics_.Leading(lease.has_value());
  if (!lease || !HasNews()) return false;
  {
    absl::MutexLock lock(&mutex_);
    last_begin_ = clock_.Now();
  }
  absl::StatusOr<Snapshot> snapshot = Compute();
  auto published = snapshot.ok() ? Store(*lease, *std::move(snapshot)) : snapshot.status();
  if (!published.ok()) metrics_.PublishFailed();
  return published;
}

bool Publisher::IsIdle() const {
  absl::MutexLock lock(&mutex_);
  return clock_.Now() - last_begin_ >= options_.interval;
}

bool Publisher::HasNews() const {
  // Before that, a restarted replica would publish its way through the whole log.
  if (!follower_.has_caught_up()) return false;
  const int64_t position = follower_.position();
  const SnapshotHub::SnapshotPtr newest = hub_.newest();
  return position != refused_position_ &&
         IsWorthPublishing(newest == nullptr ? nullptr : &newest->header, position, settings_json_,
                           kLibraryVersion);
}

absl::StatusOr<Snapshot> Publisher::Compute() {
  const absl::Time begin = clock_.Now();
  const CountsViewPtr view = follower_.View();
  Snapshot snapshot{.header = {.position = view->position,
                               .settings = settings_json_,
                               .library_version = std::string(kLibraryVersion)},
                    .boards = {}};
  ARENA_ASSIGN_OR_RETURN(snapshot.boards, ComputeTables(*view, options_.settings));
  metrics_.Fitted(clock_.Now() - begin);
  return snapshot;
}

absl::StatusOr<bool> Publisher::Store(const Lease& lease, Snapshot snapshot) {
  const absl::Time begin = clock_.Now();
  is_storing_ = true;
  const absl::Cleanup stored = [this] { is_storing_ = false; };
  SnapshotDraft draft{.position = snapshot.header.position,
                      .settings = snapshot.header.settings,
                      .library_version = snapshot.header.library_version,
                      .digest = "",
                      .tables = EncodeTables(snapshot.boards)};
  draft.digest = DigestOf(draft.tables);
  auto header = store_.Publish(lease, draft);
  // Another replica leads now; what it publishes arrives by the loader.
  if (absl::IsFailedPrecondition(header.status())) return false;
  if (!header.ok()) return header.status();
  if (!*header) {
    refused_position_ = draft.position;
    return false;
  }
  snapshot.header = **std::move(header);
  metrics_.Published(clock_.Now() - begin);
  loader_.Adopt(std::make_shared<const Snapshot>(std::move(snapshot)));
  return true;
}

}  // namespace arena::rating
