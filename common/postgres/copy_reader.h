#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

struct pg_conn;

namespace arena {

// One row in PostgreSQL's binary format for COPY: its columns are read one after the other, each by
// its type. A column of another size, or none, makes ok() false and reads as zero.
class CopyRow {
 public:
  explicit CopyRow(std::string_view bytes) : rest_(bytes) {}

  int16_t Int16() { return static_cast<int16_t>(Integer(2)); }
  int32_t Int32() { return static_cast<int32_t>(Integer(4)); }
  int64_t Int64() { return static_cast<int64_t>(Integer(8)); }
  bool Bool() { return Integer(1) != 0; }
  double Double();
  absl::Time Time();
  // Valid as long as the row; empty for null.
  std::string_view Text();
  // Calls `visit` for each text of an array of texts; null is an array without any.
  void Texts(absl::FunctionRef<void(std::string_view)> visit);

  bool ok() const { return ok_; }

 private:
  std::string_view Column();
  uint64_t Integer(size_t size);
  uint64_t Fail();

  std::string_view rest_;
  bool ok_ = true;
};

// Reads many rows at the speed of COPY, over a connection of its own. libpqxx reads rows as text
// only, which takes several times as long. For one thread.
class CopyReader {
 public:
  struct Options {
    std::string conninfo;
    // A statement that runs longer is cancelled by the server.
    absl::Duration statement_timeout = absl::Seconds(30);
    // Shown in pg_stat_activity.
    std::string application_name = "arena";
  };
  explicit CopyReader(Options options);
  ~CopyReader();
  CopyReader(const CopyReader&) = delete;
  CopyReader& operator=(const CopyReader&) = delete;

  // Calls `on_row` for each row of `query`, which must bear repetition and holds no parameters.
  // STORAGE_UNAVAILABLE when the database is away, DATA_LOSS when a row is not as it was read; rows
  // may have been handed over before either.
  absl::Status Read(const std::string& query, absl::FunctionRef<void(CopyRow&)> on_row);

 private:
  absl::Status Connect();
  absl::Status Disconnect(std::string_view cause);
  absl::Status ReadRows(absl::FunctionRef<void(CopyRow&)> on_row);

  const Options options_;
  std::unique_ptr<pg_conn, void (*)(pg_conn*)> connection_;
};

}  // namespace arena
