#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "common/postgres/database.h"
#include "tests/support/test_postgres.h"

namespace arena::bench {

// What PostgreSQL wrote ahead of its tables (pg_stat_wal).
struct WalCounters {
  int64_t records = 0;
  int64_t full_pages = 0;
  int64_t bytes = 0;
  int64_t writes = 0;
  int64_t syncs = 0;
};

// A private PostgreSQL with a fresh, migrated database. Everything here is done as its superuser.
class BenchDatabase {
 public:
  // FAILED_PRECONDITION unless fsync, synchronous_commit and full_page_writes are on.
  static absl::StatusOr<std::unique_ptr<BenchDatabase>> Open();

  std::string conninfo(const std::string& role) const { return database_.conninfo(role); }

  // Active models model-1 to model-N with the ids 1 to N.
  absl::Status AddModels(int count);
  // Battles of the frontend "local" between them, each with one finished turn and no vote: ready to
  // be voted on and rated. Their ids ascend; their languages and tags are on 22 boards.
  absl::StatusOr<std::vector<BattleId>> AddBattles(int64_t count, int models);
  // Rated votes of all labels between them at the end of the log, as if they had been cast; about
  // 100,000 a second. Half are in English, the rest in fourteen languages. By 100,000 voters, or by
  // this one, 32 hexadecimal digits.
  absl::Status AddVotes(int64_t count, int models, const std::string& voter = "");
  // Vacuum, analyze and checkpoint, so that no measurement pays for what was prepared.
  absl::Status Settle();

  // The first column of the first row.
  absl::StatusOr<int64_t> Number(const std::string& query);
  absl::StatusOr<WalCounters> Wal();
  // Processor time that all backends alive have used.
  absl::StatusOr<double> CpuSeconds();
  // The settings that a figure depends on, on one line.
  absl::StatusOr<std::string> Describe();

  Database& admin() { return admin_; }

 private:
  BenchDatabase() = default;
  absl::Status CheckDurable();
  absl::Status Execute(const std::string& statement);

  testing::TestDatabase database_;
  Database admin_{
      {.conninfo = database_.conninfo(), .connections = 2, .statement_timeout = absl::Minutes(10)}};
};

}  // namespace arena::bench
