#pragma once

#include <cstdint>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "services/matchmaker/core/catalog.h"
#include "services/matchmaker/storage/model_store.h"

namespace arena::matchmaker {

// The models in memory, so that a draw touches no database. As old as the last Refresh: a replica
// that did not take an apply itself sees it when it refreshes next. Shared by threads. `store` must
// outlive it.
class CatalogCache {
 public:
  explicit CatalogCache(ModelStore& store) : store_(store) {}

  // Reads the models; blocks. On an error the catalog stays as it was.
  absl::Status Refresh();

  // Never blocks. STORAGE_UNAVAILABLE until the first Refresh succeeded.
  absl::StatusOr<std::shared_ptr<const Catalog>> Current() const;

  // How the newest Refresh ended; for health.
  absl::Status last_refresh() const;

 private:
  ModelStore& store_;
  mutable absl::Mutex mutex_;
  int64_t last_ticket_ ABSL_GUARDED_BY(mutex_) = 0;
  // The ticket of the refresh that made current_.
  int64_t current_ticket_ ABSL_GUARDED_BY(mutex_) = 0;
  std::shared_ptr<const Catalog> current_ ABSL_GUARDED_BY(mutex_);
  absl::Status last_refresh_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::matchmaker
