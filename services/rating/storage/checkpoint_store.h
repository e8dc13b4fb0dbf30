#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/postgres/database.h"

namespace arena::rating {

// The newest checkpoint of each format (CheckpointFormat). Threads may share it.
class CheckpointStore {
 public:
  // `database` must outlive the store.
  explicit CheckpointStore(Database& database) : database_(database) {}

  // The bytes as they were saved; nothing when there are none of this format.
  absl::StatusOr<std::optional<std::string>> Read(std::string_view format);
  // Replaces the one there is, unless that is of a later position. Bears repetition.
  absl::Status Save(std::string_view format, int64_t position, std::string_view bytes);
  // Forgets what turned out to be worth nothing.
  absl::Status Drop(std::string_view format);

 private:
  Database& database_;
};

}  // namespace arena::rating
