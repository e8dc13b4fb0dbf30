#include "services/rating/storage/checkpoint_store.h"

namespace arena::rating {

absl::StatusOr<std::optional<std::string>> CheckpointStore::Read(std::string_view format) {
  std::optional<std::string> bytes;
  const absl::Status read = database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    const pqxx::result rows = session.exec_params(
        "select content from arena.rating_checkpoints where format = $1", std::string(format));
    bytes.reset();
    if (!rows.empty()) bytes = pqxx::binarystring(rows[0][0]).str();
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  return bytes;
}

absl::Status CheckpointStore::Save(std::string_view format, int64_t position,
                                   std::string_view bytes) {
  return database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    session.exec_params(
        "insert into arena.rating_checkpoints as c (format, position, content) "
        "values ($1, $2, $3) on conflict (format) do update "
        "set position = excluded.position, content = excluded.content, "
        "create_time = clock_timestamp() where c.position <= excluded.position",
        std::string(format), position, pqxx::binarystring(bytes.data(), bytes.size()));
    return absl::OkStatus();
  });
}

absl::Status CheckpointStore::Drop(std::string_view format) {
  return database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    session.exec_params("delete from arena.rating_checkpoints where format = $1",
                        std::string(format));
    return absl::OkStatus();
  });
}

}  // namespace arena::rating
