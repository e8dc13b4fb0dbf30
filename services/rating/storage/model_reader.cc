#include "services/rating/storage/model_reader.h"

namespace arena::rating {

absl::StatusOr<std::vector<std::pair<ModelId, std::string>>> ModelReader::ReadNames() {
  std::vector<std::pair<ModelId, std::string>> names;
  const absl::Status read = database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    names.clear();
    for (const pqxx::row& row : session.exec("select id, name from arena.models")) {
      names.emplace_back(static_cast<ModelId>(row[0].as<int32_t>()), row[1].as<std::string>());
    }
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  return names;
}

absl::StatusOr<ModelDirectory> ModelReader::ReadDirectory() {
  ModelDirectory directory;
  const absl::Status read = database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    directory.clear();
    const pqxx::result rows = session.exec(
        "select name, display_name, organization, license, state from arena.current_models");
    for (const pqxx::row& row : rows) {
      directory[row[0].as<std::string>()] = {.display_name = row[1].as<std::string>(),
                                             .organization = row[2].as<std::string>(),
                                             .license = row[3].as<std::string>(),
                                             .state = static_cast<ModelState>(row[4].as<int>())};
    }
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  return directory;
}

}  // namespace arena::rating
