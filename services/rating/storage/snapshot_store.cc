#include "services/rating/storage/snapshot_store.h"

#include "absl/time/time.h"
#include "common/base/failpoint.h"
#include "common/base/status_macros.h"
#include "common/postgres/array_literal.h"

namespace arena::rating {
namespace {

constexpr char kNewestHeader[] =
    "select snapshot_id, position, settings, library_version, digest, "
    "(extract(epoch from publish_time) * 1000000)::bigint "
    "from arena.leaderboard_snapshots where snapshot_id > $1 order by snapshot_id desc limit 1";

std::optional<SnapshotHeader> ReadNewestHeader(pqxx::transaction_base& transaction,
                                               int64_t known_id) {
  const pqxx::result rows = transaction.exec_params(kNewestHeader, known_id);
  if (rows.empty()) return std::nullopt;
  return SnapshotHeader{.id = rows[0][0].as<int64_t>(),
                        .position = rows[0][1].as<int64_t>(),
                        .settings = rows[0][2].as<std::string>(),
                        .library_version = rows[0][3].as<std::string>(),
                        .digest = rows[0][4].as<std::string>(),
                        .publish_time = absl::FromUnixMicros(rows[0][5].as<int64_t>())};
}

std::optional<SnapshotHeader> InsertHeader(pqxx::work& transaction, const Lease& lease,
                                           const SnapshotDraft& draft) {
  // The unique key is a second guard; under the lease's lock nothing should ever meet it.
  const pqxx::result rows = transaction.exec_params(
      "insert into arena.leaderboard_snapshots "
      "(position, settings, library_version, digest, term) values ($1, $2, $3, $4, $5) "
      "on conflict do nothing "
      "returning snapshot_id, (extract(epoch from publish_time) * 1000000)::bigint",
      draft.position, draft.settings, draft.library_version, draft.digest, lease.term);
  if (rows.empty()) return std::nullopt;
  return SnapshotHeader{.id = rows[0][0].as<int64_t>(),
                        .position = draft.position,
                        .settings = draft.settings,
                        .library_version = draft.library_version,
                        .digest = draft.digest,
                        .publish_time = absl::FromUnixMicros(rows[0][1].as<int64_t>())};
}

void InsertTables(pqxx::work& transaction, int64_t snapshot_id, const SnapshotDraft& draft) {
  ArrayLiteral boards;
  ArrayLiteral methods;
  ArrayLiteral contents;
  for (const EncodedTable& table : draft.tables) {
    boards.Add(table.board);
    methods.Add(table.method);
    contents.Add(table.content);
  }
  transaction.exec_params(
      "insert into arena.leaderboard_tables (snapshot_id, board, method, content) "
      "select $1, t.board, t.method, t.content "
      "from unnest($2::text[], $3::text[], $4::text[]) as t (board, method, content)",
      snapshot_id, boards.Finish(), methods.Finish(), contents.Finish());
}

std::vector<EncodedTable> ReadTables(pqxx::transaction_base& transaction, int64_t snapshot_id) {
  std::vector<EncodedTable> tables;
  const pqxx::result rows = transaction.exec_params(
      "select board, method, content from arena.leaderboard_tables where snapshot_id = $1 "
      "order by board collate \"C\", method collate \"C\"",
      snapshot_id);
  for (const pqxx::row& row : rows) {
    tables.push_back({.board = row[0].as<std::string>(),
                      .method = row[1].as<std::string>(),
                      .content = row[2].as<std::string>()});
  }
  return tables;
}

}  // namespace

absl::StatusOr<std::optional<SnapshotHeader>> SnapshotStore::Publish(const Lease& lease,
                                                                     const SnapshotDraft& draft) {
  std::optional<SnapshotHeader> published;
  const absl::Status done = database_.Transact([&](pqxx::work& transaction) -> absl::Status {
    published.reset();
    ARENA_RETURN_IF_ERROR(LockLease(transaction, lease));
    const auto newest = ReadNewestHeader(transaction, 0);
    if (!IsWorthPublishing(newest ? &*newest : nullptr, draft.position, draft.settings,
                           draft.library_version)) {
      return absl::OkStatus();
    }
    published = InsertHeader(transaction, lease, draft);
    if (!published) return absl::OkStatus();
    InsertTables(transaction, published->id, draft);
    transaction.exec("select pg_notify('arena_snapshots', '')");
    Failpoint("rating", "before-commit");
    return absl::OkStatus();
  });
  if (!done.ok()) return done;
  if (published) Failpoint("rating", "after-commit");
  return published;
}

absl::StatusOr<std::optional<Snapshot>> SnapshotStore::ReadNewer(int64_t known_id) {
  std::optional<SnapshotHeader> header;
  std::vector<EncodedTable> tables;
  const absl::Status read = database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    header = ReadNewestHeader(session, known_id);
    if (header) tables = ReadTables(session, header->id);
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  if (!header) return std::optional<Snapshot>();
  ARENA_ASSIGN_OR_RETURN(Snapshot snapshot, DecodeSnapshot(*std::move(header), tables));
  return std::optional<Snapshot>(std::move(snapshot));
}

}  // namespace arena::rating
