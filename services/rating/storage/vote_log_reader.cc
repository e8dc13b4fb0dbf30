#include "services/rating/storage/vote_log_reader.h"

#include "absl/time/time.h"

namespace arena::rating {
namespace {

LogEntry EntryOf(const pqxx::row& row) {
  return {.position = row[0].as<int64_t>(),
          .kind = static_cast<VoteKind>(row[1].as<int>()),
          .target_position = row[2].as<int64_t>(),
          .left_model = static_cast<ModelId>(row[3].as<int32_t>()),
          .right_model = static_cast<ModelId>(row[4].as<int32_t>()),
          .choice = static_cast<Choice>(row[5].as<int>()),
          .is_rated = row[6].as<bool>(),
          .vote_time = absl::FromUnixMicros(row[7].as<int64_t>())};
}

}  // namespace

absl::StatusOr<LogPage> VoteLogReader::ReadAfter(int64_t position, int limit) {
  LogPage page;
  const absl::Status read = database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    page = {};
    // The head first: every entry that it counts is then visible to the second statement.
    page.head_position =
        session.exec("select position from arena.vote_log_head").at(0)[0].as<int64_t>();
    if (page.head_position == position) return absl::OkStatus();
    const pqxx::result rows = session.exec_params(
        "select position, kind, target_position, left_model, right_model, choice, rated, "
        "(extract(epoch from vote_time) * 1000000)::bigint "
        "from arena.vote_log where position > $1 order by position limit $2",
        position, limit);
    page.entries.reserve(rows.size());
    for (const pqxx::row& row : rows) page.entries.push_back(EntryOf(row));
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  return page;
}

}  // namespace arena::rating
