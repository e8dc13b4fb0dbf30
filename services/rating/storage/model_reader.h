#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "common/postgres/database.h"
#include "services/rating/core/answers/model_directory.h"

namespace arena::rating {

// Reads what the database knows of models. Threads may share it.
class ModelReader {
 public:
  // `database` must outlive the reader.
  explicit ModelReader(Database& database) : database_(database) {}

  // The names of all models, which never change.
  absl::StatusOr<std::vector<std::pair<ModelId, std::string>>> ReadNames();
  // The facts of all models as they hold now.
  absl::StatusOr<ModelDirectory> ReadDirectory();

 private:
  Database& database_;
};

}  // namespace arena::rating
