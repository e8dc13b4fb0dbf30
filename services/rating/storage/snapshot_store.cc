#include "services/rating/storage/snapshot_store.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "common/base/failpoint.h"
#include "common/base/status_macros.h"
#include "common/postgres/array_literal.h"
#include "services/rating/storage/snapshot_rows.h"

namespace arena::rating {
namespace {

std::optional<SnapshotHeader> ReadNewestHeader(pqxx::transaction_base& transaction, Series series,
                                               int64_t known_id) {
  const pqxx::result rows = transaction.exec_params(
      std::string("select ") + kHeaderColumns +
          " from arena.leaderboard_snapshots where series = $1 and snapshot_id > $2 "
          "order by snapshot_id desc limit 1",
      std::string(NameOf(series)), known_id);
  if (rows.empty()) return std::nullopt;
  return HeaderOf(rows[0]);
}

std::optional<SnapshotHeader> InsertHeader(pqxx::work& transaction, const Lease& lease,
                                           const SnapshotDraft& draft) {
  // The unique key is a second guard; under the lease's lock nothing should ever meet it.
  const pqxx::result rows = transaction.exec_params(
      std::string("insert into arena.leaderboard_snapshots "
                  "(series, position, settings, library_version, digest, term) "
                  "values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning ") +
          kHeaderColumns,
      std::string(NameOf(draft.series)), draft.position, draft.settings, draft.library_version,
      draft.digest, lease.term);
  if (rows.empty()) return std::nullopt;
  return HeaderOf(rows[0]);
}

// The tables of a snapshot as arrays of the database.
struct TableArrays {
  std::string boards;
  std::string methods;
  std::string contents;
};

TableArrays ArraysOf(const std::vector<EncodedTable>& tables) {
  ArrayLiteral boards;
  ArrayLiteral methods;
  ArrayLiteral contents;
  for (const EncodedTable& table : tables) {
    boards.Add(table.board);
    methods.Add(table.method);
    contents.Add(table.content);
  }
  return {boards.Finish(), methods.Finish(), contents.Finish()};
}

void InsertTables(pqxx::work& transaction, int64_t snapshot_id, const TableArrays& tables) {
  transaction.exec_params(
      "insert into arena.leaderboard_tables (snapshot_id, board, method, content) "
      "select $1, t.board, t.method, t.content "
      "from unnest($2::text[], $3::text[], $4::text[]) as t (board, method, content)",
      snapshot_id, tables.boards, tables.methods, tables.contents);
}

}  // namespace

absl::StatusOr<std::optional<SnapshotHeader>> SnapshotStore::Publish(const Lease& lease,
                                                                     const SnapshotDraft& draft) {
  // Before the lease's lock, for which the other series and the lease itself wait.
  const TableArrays tables = ArraysOf(draft.tables);
  std::optional<SnapshotHeader> published;
  const absl::Status done = database_.Transact([&](pqxx::work& transaction) -> absl::Status {
    published.reset();
    ARENA_RETURN_IF_ERROR(LockLease(transaction, lease));
    const auto newest = ReadNewestHeader(transaction, draft.series, 0);
    if (!IsWorthPublishing(newest ? &*newest : nullptr, draft.position, draft.settings,
                           draft.library_version)) {
      return absl::OkStatus();
    }
    published = InsertHeader(transaction, lease, draft);
    if (!published) return absl::OkStatus();
    InsertTables(transaction, published->id, tables);
    transaction.exec("select pg_notify('arena_snapshots', '')");
    Failpoint("rating", "before-commit");
    return absl::OkStatus();
  });
  if (!done.ok()) return done;
  if (published) Failpoint("rating", "after-commit");
  return published;
}

absl::StatusOr<std::optional<Snapshot>> SnapshotStore::ReadNewer(Series series, int64_t known_id) {
  std::optional<SnapshotHeader> header;
  std::vector<EncodedTable> tables;
  const absl::Status read = database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    header = ReadNewestHeader(session, series, known_id);
    if (header) tables = ReadTables(session, header->id);
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  if (!header) return std::optional<Snapshot>();
  ARENA_ASSIGN_OR_RETURN(std::vector<TablePtr> decoded, DecodeTables(header->digest, tables));
  return Snapshot{.header = *std::move(header), .tables = std::move(decoded)};
}

absl::StatusOr<std::vector<RetainedSnapshot>> SnapshotStore::ListRetained(Series series) {
  std::vector<RetainedSnapshot> retained;
  const absl::Status read = database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    retained.clear();
    const pqxx::result rows = session.exec_params(
        "select snapshot_id, (extract(epoch from publish_time) * 1000000)::bigint "
        "from arena.leaderboard_snapshots where series = $1 and not is_thinned "
        "order by snapshot_id",
        std::string(NameOf(series)));
    for (const pqxx::row& row : rows) {
      retained.push_back(
          {.id = row[0].as<int64_t>(), .publish_time = absl::FromUnixMicros(row[1].as<int64_t>())});
    }
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  return retained;
}

absl::Status SnapshotStore::Thin(std::span<const int64_t> snapshot_ids) {
  ArrayLiteral ids;
  for (const int64_t id : snapshot_ids) ids.Add(id);
  const std::string list = ids.Finish();
  return database_.Transact([&](pqxx::work& transaction) -> absl::Status {
    transaction.exec_params(
        "update arena.leaderboard_snapshots set is_thinned = true "
        "where snapshot_id = any ($1::bigint[])",
        list);
    transaction.exec_params(
        "delete from arena.leaderboard_tables where snapshot_id = any ($1::bigint[])", list);
    return absl::OkStatus();
  });
}

}  // namespace arena::rating
