#include "services/matchmaker/storage/catalog_cache.h"

#include <utility>

#include "common/base/errors.h"

namespace arena::matchmaker {

absl::Status CatalogCache::Refresh() {
  int64_t ticket = 0;
  {
    absl::MutexLock lock(&mutex_);
    ticket = ++last_ticket_;
  }
  auto models = store_.ReadAll();
  if (!models.ok()) {
    absl::MutexLock lock(&mutex_);
    last_refresh_ = models.status();
    return models.status();
  }
  auto catalog = std::make_shared<const Catalog>(*std::move(models));
  absl::MutexLock lock(&mutex_);
  last_refresh_ = absl::OkStatus();
  // Who began to read later has seen more, even when it finished first.
  if (ticket > current_ticket_) {
    current_ticket_ = ticket;
    current_ = std::move(catalog);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const Catalog>> CatalogCache::Current() const {
  absl::MutexLock lock(&mutex_);
  if (current_ == nullptr) return StorageUnavailable("The models have not been read yet.");
  return current_;
}

absl::Status CatalogCache::last_refresh() const {
  absl::MutexLock lock(&mutex_);
  return last_refresh_;
}

}  // namespace arena::matchmaker
