#include "common/postgres/copy_reader.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <cstring>
#include <utility>

#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "common/postgres/connection.h"

namespace arena {
namespace {

// "PGCOPY", a signature, flags and the length of an extension that nobody has.
constexpr size_t kHeaderBytes = 19;
// PostgreSQL counts microseconds from the year 2000.
constexpr int64_t kPostgresEpochMicros = 946'684'800'000'000;

uint64_t BigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<uint8_t>(byte);
  return value;
}

using Result = std::unique_ptr<PGresult, void (*)(PGresult*)>;

Result Execute(PGconn* connection, const std::string& statement) {
  return {PQexec(connection, statement.c_str()), PQclear};
}

}  // namespace

std::string_view CopyRow::Column() {
  if (rest_.size() < 4) return Fail(), std::string_view();
  const auto size = static_cast<int32_t>(BigEndian(rest_.substr(0, 4)));
  rest_.remove_prefix(4);
  if (size < 0) return {};
  if (rest_.size() < static_cast<size_t>(size)) return Fail(), std::string_view();
  const std::string_view column = rest_.substr(0, static_cast<size_t>(size));
  rest_.remove_prefix(column.size());
  return column;
}

uint64_t CopyRow::Integer(size_t size) {
  const std::string_view column = Column();
  return column.size() == size ? BigEndian(column) : Fail();
}

uint64_t CopyRow::Fail() {
  ok_ = false;
  rest_ = {};
  return 0;
}

double CopyRow::Double() {
  const uint64_t bits = Integer(8);
  double value = 0;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

absl::Time CopyRow::Time() { return absl::FromUnixMicros(Int64() + kPostgresEpochMicros); }

std::string_view CopyRow::Text() { return Column(); }

void CopyRow::Texts(absl::FunctionRef<void(std::string_view)> visit) {
  const std::string_view array = Column();
  if (array.empty()) return;
  // Dimensions, whether there are nulls, type; size and lower bound of the one dimension.
  constexpr size_t kEmptyBytes = 12, kHeadBytes = 20;
  if (array.size() == kEmptyBytes) return;
  if (array.size() < kHeadBytes || BigEndian(array.substr(0, 4)) != 1) {
    Fail();
    return;
  }
  CopyRow elements(array.substr(kHeadBytes));
  for (uint64_t left = BigEndian(array.substr(12, 4)); left > 0 && elements.ok(); --left) {
    visit(elements.Text());
  }
  if (!elements.ok()) Fail();
}

CopyReader::CopyReader(Options options)
    : options_(std::move(options)), connection_(nullptr, PQfinish) {}

CopyReader::~CopyReader() = default;

absl::Status CopyReader::Connect() {
  if (connection_ != nullptr && PQstatus(connection_.get()) == CONNECTION_OK) {
    return absl::OkStatus();
  }
  connection_.reset(PQconnectdb(WithDefaults(options_.conninfo).c_str()));
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    return Disconnect(PQerrorMessage(connection_.get()));
  }
  const std::unique_ptr<char, void (*)(void*)> name(
      PQescapeLiteral(connection_.get(), options_.application_name.data(),
                      options_.application_name.size()),
      PQfreemem);
  const Result set =
      Execute(connection_.get(),
              fmt::format("set application_name = {}; set statement_timeout = {}", name.get(),
                          absl::ToInt64Milliseconds(options_.statement_timeout)));
  if (PQresultStatus(set.get()) == PGRES_COMMAND_OK) return absl::OkStatus();
  return Disconnect(PQerrorMessage(connection_.get()));
}

absl::Status CopyReader::Disconnect(std::string_view cause) {
  absl::Status status = StorageUnavailable(cause);
  connection_.reset();
  return status;
}

absl::Status CopyReader::Read(const std::string& query, absl::FunctionRef<void(CopyRow&)> on_row) {
  ARENA_RETURN_IF_ERROR(Connect());
  const Result copy =
      Execute(connection_.get(), fmt::format("copy ({}) to stdout (format binary)", query));
  if (PQresultStatus(copy.get()) != PGRES_COPY_OUT) {
    return Disconnect(PQerrorMessage(connection_.get()));
  }
  const absl::Status read = ReadRows(on_row);
  if (!read.ok()) {
    connection_.reset();
    return read;
  }
  const Result end(PQgetResult(connection_.get()), PQclear);
  if (PQresultStatus(end.get()) != PGRES_COMMAND_OK) {
    return Disconnect(PQerrorMessage(connection_.get()));
  }
  while (PGresult* more = PQgetResult(connection_.get())) PQclear(more);
  return absl::OkStatus();
}

// Each message holds one row: its number of columns, then the columns. The first one has the
// header before its row, the last one has -1 columns.
absl::Status CopyReader::ReadRows(absl::FunctionRef<void(CopyRow&)> on_row) {
  bool is_first = true;
  while (true) {
    char* buffer = nullptr;
    const int size = PQgetCopyData(connection_.get(), &buffer, /*async=*/0);
    const std::unique_ptr<char, void (*)(void*)> owner(buffer, PQfreemem);
    if (size == -1) return absl::OkStatus();
    if (size < 0) return StorageUnavailable(PQerrorMessage(connection_.get()));
    std::string_view message(buffer, static_cast<size_t>(size));
    if (is_first) message.remove_prefix(std::min(kHeaderBytes, message.size()));
    is_first = false;
    if (message.size() < 2) continue;
    if (static_cast<int16_t>(BigEndian(message.substr(0, 2))) < 0) continue;
    CopyRow row(message.substr(2));
    on_row(row);
    if (!row.ok()) return absl::DataLossError("a row is not of the columns that were read");
  }
}

}  // namespace arena
