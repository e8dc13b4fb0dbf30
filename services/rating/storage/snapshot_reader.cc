#include "services/rating/storage/snapshot_reader.h"

#include <fmt/format.h>

#include <utility>

#include "services/rating/storage/snapshot_rows.h"

namespace arena::rating {
namespace {

// Columns of HeaderOf, before those of a table.
constexpr int kHeaderWidth = 8;

// A time as PostgreSQL reads it, cut to its microseconds.
std::string TimestampOf(absl::Time time) {
  if (time == absl::InfiniteFuture()) return "infinity";
  if (time == absl::InfinitePast()) return "-infinity";
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E6S+00", time, absl::UTCTimeZone());
}

// The bound for times that are whole microseconds: what is below one is below the other.
std::string RoundedUp(absl::Time time) {
  return TimestampOf(time + absl::Microseconds(1) - absl::Nanoseconds(1));
}

// A condition on the second parameter, and that parameter.
struct Condition {
  const char* sql;
  std::string value;
};
struct ToCondition {
  Condition operator()(const AsOfSnapshot& as_of) const {
    return {"snapshot_id = $2::bigint", std::to_string(as_of.id)};
  }
  Condition operator()(const AsOfPosition& as_of) const {
    return {"position <= $2::bigint", std::to_string(as_of.position)};
  }
  Condition operator()(const AsOfTime& as_of) const {
    return {"publish_time <= $2::timestamptz", TimestampOf(as_of.time)};
  }
};

// The names of all series, quoted. What was published before there were series is in none of them.
std::string SeriesList() {
  std::string list;
  for (const Series series : kAllSeries) {
    if (!list.empty()) list += ", ";
    list += fmt::format("'{}'", NameOf(series));
  }
  return list;
}

EncodedTable TableOf(const pqxx::row& row) {
  return {.board = row[kHeaderWidth].as<std::string>(),
          .method = row[kHeaderWidth + 1].as<std::string>(),
          .content = row[kHeaderWidth + 2].as<std::string>()};
}

// Of rows that repeat one header for each of its tables, and have none with a header alone.
std::optional<StoredSnapshot> SnapshotOf(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  StoredSnapshot snapshot{.header = HeaderOf(rows[0]), .tables = {}};
  for (const pqxx::row& row : rows) {
    if (!row[kHeaderWidth].is_null()) snapshot.tables.push_back(TableOf(row));
  }
  return snapshot;
}

}  // namespace

absl::StatusOr<std::optional<StoredSnapshot>> SnapshotReader::ReadBoard(Series series,
                                                                        const AsOf& as_of,
                                                                        std::string_view board) {
  const Condition condition = std::visit(ToCondition(), as_of);
  const std::string statement = fmt::format(
      "with header as (select {} from arena.leaderboard_snapshots "
      "where series = $1 and not is_thinned and {} order by position desc, snapshot_id desc "
      "limit 1) "
      "select h.*, t.board, t.method, t.content "
      "from header h left join arena.leaderboard_tables t "
      "on t.snapshot_id = h.snapshot_id and t.board = $3 and t.method = $4",
      kHeaderColumns, condition.sql);
  std::optional<StoredSnapshot> snapshot;
  const absl::Status read = database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    snapshot =
        SnapshotOf(session.exec_params(statement, std::string(NameOf(series)), condition.value,
                                       std::string(board), std::string(MethodOf(series))));
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  return snapshot;
}

absl::StatusOr<std::optional<StoredSnapshot>> SnapshotReader::ReadAll(int64_t snapshot_id) {
  const std::string statement = fmt::format(
      "with header as (select {} from arena.leaderboard_snapshots "
      "where snapshot_id = $1 and series in ({}) and not is_thinned) "
      "select h.*, t.board, t.method, t.content "
      "from header h left join arena.leaderboard_tables t on t.snapshot_id = h.snapshot_id "
      "order by t.board collate \"C\", t.method collate \"C\"",
      kHeaderColumns, SeriesList());
  std::optional<StoredSnapshot> snapshot;
  const absl::Status read = database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    snapshot = SnapshotOf(session.exec_params(statement, snapshot_id));
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  return snapshot;
}

absl::StatusOr<std::vector<SnapshotHeader>> SnapshotReader::List(
    const SnapshotFilter& filter, const std::optional<ListedUntil>& until, int limit) {
  // The newest of each series by its index, and of these the newest.
  const std::string statement = fmt::format(
      "select s.* from unnest(array[{}]) as wanted (series) cross join lateral ("
      "select {}, publish_time from arena.leaderboard_snapshots s "
      "where s.series = wanted.series and s.publish_time < $1::timestamptz "
      "and (s.publish_time, s.snapshot_id) < ($2::timestamptz, $3::bigint){} "
      "order by s.publish_time desc, s.snapshot_id desc limit $4) s "
      "order by s.publish_time desc, s.snapshot_id desc limit $4",
      filter.series ? fmt::format("'{}'", NameOf(*filter.series)) : SeriesList(),
      kShortHeaderColumns, filter.retained_only ? " and not s.is_thinned" : "");
  std::vector<SnapshotHeader> headers;
  const absl::Status read = database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    headers.clear();
    const pqxx::result rows =
        session.exec_params(statement, RoundedUp(filter.end_time),
                            TimestampOf(until ? until->publish_time : absl::InfiniteFuture()),
                            until ? until->id : 0, limit);
    for (const pqxx::row& row : rows) headers.push_back(HeaderOf(row));
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  return headers;
}

absl::StatusOr<std::vector<StoredSnapshot>> SnapshotReader::ReadHistory(const HistoryFilter& filter,
                                                                        const HistoryUntil& until,
                                                                        int limit) {
  // Without a step every snapshot is a stretch of its own.
  const std::string statement = fmt::format(
      "with candidates as (select {}, "
      "case when $7::bigint = 0 then snapshot_id "
      "else floor(extract(epoch from publish_time))::bigint / nullif($7::bigint, 0) end as stretch "
      "from arena.leaderboard_snapshots s "
      "where series = $1 and not is_thinned and publish_time >= $2::timestamptz "
      "and publish_time < $3::timestamptz and (position, snapshot_id) > ($4::bigint, $5::bigint) "
      "and exists (select from arena.leaderboard_tables t "
      "where t.snapshot_id = s.snapshot_id and t.board = $6 and t.method = $8)), "
      "chosen as (select *, stretch is distinct from "
      "lead(stretch) over (order by position, snapshot_id) as is_last from candidates) "
      "select c.snapshot_id, c.series, c.position, c.settings, c.library_version, c.digest, "
      "c.publish_micros, c.is_thinned, t.board, t.method, t.content "
      "from (select * from chosen where is_last order by position, snapshot_id limit $9) c "
      "join arena.leaderboard_tables t "
      "on t.snapshot_id = c.snapshot_id and t.board = $6 and t.method = $8 "
      "order by c.position, c.snapshot_id",
      kShortHeaderColumns);
  std::vector<StoredSnapshot> history;
  const absl::Status read = database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    history.clear();
    const pqxx::result rows = session.exec_params(
        statement, std::string(NameOf(filter.series)), RoundedUp(filter.start_time),
        RoundedUp(filter.end_time), until.position, until.id, filter.board,
        absl::ToInt64Seconds(filter.step), std::string(MethodOf(filter.series)), limit);
    for (const pqxx::row& row : rows) {
      history.push_back({.header = HeaderOf(row), .tables = {TableOf(row)}});
    }
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  return history;
}

}  // namespace arena::rating
