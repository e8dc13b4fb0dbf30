#include "tools/arenactl/rate/csv_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "common/base/status_macros.h"
#include "tools/arenactl/rate/plain_rows.h"

namespace arena::rate {
namespace {

// Splits rows off a source. Views of a row are valid until the next one is asked for.
class CsvRows {
 public:
  explicit CsvRows(TextSource& source) : source_(source) {}

  // Consumes the row at hand, so that others may take rows off the source.
  void Finish() {
    source_.Consume(row_bytes_);
    row_bytes_ = 0;
    line_ += lines_in_row_;
    lines_in_row_ = 0;
  }
  // Others took so many lines off.
  void Skip(int64_t lines) { line_ += lines; }

  // The next row that is not empty; false at the end of the file.
  absl::StatusOr<bool> Next() {
    Finish();
    while (true) {
      if (!source_.Window().empty() && SplitRow(source_.Window())) {
        if (fields_.size() > 1 || !fields_[0].empty()) return true;
        Finish();
        continue;
      }
      if (is_at_end_) {
        if (source_.Window().empty()) return false;
        return absl::InvalidArgumentError("a quoted field that begins in line " +
                                          std::to_string(line_) + " never ends");
      }
      ARENA_ASSIGN_OR_RETURN(const bool has_more, source_.DoubleWindow());
      is_at_end_ = !has_more;
    }
  }

  const std::vector<std::string_view>& fields() const { return fields_; }
  // Line of the row's begin, from 1.
  int64_t line() const { return line_; }

 private:
  // Splits the row at the head of `text`; false when its end is not in sight.
  bool SplitRow(std::string_view text) {
    fields_.clear();
    unquoted_.clear();
    lines_in_row_ = 1;
    size_t at = 0;
    while (true) {
      const bool is_quoted = at < text.size() && text[at] == '"';
      const size_t end = is_quoted ? QuotedField(text, at) : PlainField(text, at);
      if (end == std::string_view::npos) return false;
      if (end == text.size() || text[end] == '\n') {
        row_bytes_ = end == text.size() ? end : end + 1;
        return true;
      }
      at = end + 1;
    }
  }

  // Ends at a comma, a line end or, when nothing more comes, the end of the text.
  size_t PlainField(std::string_view text, size_t begin) {
    size_t end = begin;
    while (end < text.size() && text[end] != ',' && text[end] != '\n') ++end;
    if (end == text.size() && !is_at_end_) return std::string_view::npos;
    std::string_view field = text.substr(begin, end - begin);
    if ((end == text.size() || text[end] == '\n') && field.ends_with('\r')) field.remove_suffix(1);
    fields_.push_back(field);
    return end;
  }

  size_t QuotedField(std::string_view text, size_t begin) {
    std::string& value = unquoted_.emplace_back();
    size_t at = begin + 1;
    while (true) {
      const size_t quote = text.find('"', at);
      if (quote == std::string_view::npos) return quote;
      if (quote + 1 == text.size() && !is_at_end_) return std::string_view::npos;
      value.append(text, at, quote - at);
      at = quote + 1;
      if (at == text.size() || text[at] != '"') break;
      value += '"';
      ++at;
    }
    for (const char c : value) lines_in_row_ += c == '\n';
    // Whatever stands between the closing quote and the separator belongs to the field.
    size_t end = at;
    while (end < text.size() && text[end] != ',' && text[end] != '\n') ++end;
    if (end == text.size() && !is_at_end_) return std::string_view::npos;
    std::string_view rest = text.substr(at, end - at);
    if (rest.ends_with('\r')) rest.remove_suffix(1);
    value += rest;
    fields_.push_back(value);
    return end;
  }

  TextSource& source_;
  std::vector<std::string_view> fields_;
  // A deque: its strings do not move while the row grows.
  std::deque<std::string> unquoted_;
  size_t row_bytes_ = 0;
  int64_t line_ = 1;
  int64_t lines_in_row_ = 0;
  bool is_at_end_ = false;
};

absl::Status SameMeaning(const std::vector<std::string_view>& header, size_t first, size_t second) {
  return absl::InvalidArgumentError(
      fmt::format("columns {} ({}) and {} ({}) of the first line mean the same; leave one out",
                  first + 1, header[first], second + 1, header[second]));
}

absl::StatusOr<std::vector<Field>> FieldsOfHeader(const std::vector<std::string_view>& header) {
  std::vector<Field> fields;
  RawRow seen;
  for (const std::string_view name : header) {
    const Field field = FieldNamed(name);
    const auto earlier = std::ranges::find(fields, field);
    if (field != Field::kIgnored && earlier != fields.end()) {
      return SameMeaning(header, static_cast<size_t>(earlier - fields.begin()), fields.size());
    }
    fields.push_back(field);
    seen.Set(field, "seen");
  }
  const bool has_winner =
      seen.Has(Field::kWinner) ||
      (seen.Has(Field::kWinnerIsA) && seen.Has(Field::kWinnerIsB) && seen.Has(Field::kWinnerIsTie));
  if (!seen.Has(Field::kLeft) || !seen.Has(Field::kRight) || !has_winner) {
    return absl::InvalidArgumentError(
        "the first line must name the columns model_a, model_b, winner (or left, right, winner)");
  }
  return fields;
}

}  // namespace

absl::Status ReadCsv(TextSource& source, RatingInput& input) {
  CsvRows rows(source);
  ARENA_ASSIGN_OR_RETURN(const bool has_header, rows.Next());
  if (!has_header) return absl::InvalidArgumentError("the file is empty");
  ARENA_ASSIGN_OR_RETURN(const std::vector<Field> columns, FieldsOfHeader(rows.fields()));
  std::optional<PlainRows> plain;
  if (PlainRows::Suits(columns, input)) plain.emplace(columns, input);
  RawRow raw;
  while (true) {
    if (plain) {
      rows.Finish();
      rows.Skip(plain->Consume(source));
    }
    ARENA_ASSIGN_OR_RETURN(const bool has_row, rows.Next());
    if (!has_row) return absl::OkStatus();
    const auto& fields = rows.fields();
    if (fields.size() != columns.size()) {
      input.bad_rows().Add("wrong number of columns", "line", rows.line());
      continue;
    }
    for (size_t c = 0; c < columns.size(); ++c) raw.Set(columns[c], fields[c]);
    if (const char* why = input.Add(raw)) input.bad_rows().Add(why, "line", rows.line());
  }
}

}  // namespace arena::rate
