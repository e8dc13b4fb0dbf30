#include "services/rating/storage/vote_log_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "absl/time/time.h"
#include "common/base/status_macros.h"

namespace arena::rating {
namespace {

TagSet TagsOf(CopyRow& row) {
  TagSet tags;
  row.Texts([&](std::string_view tag) { tags.Add(tag); });
  return tags;
}

StyleCounts StyleOf(CopyRow& row) {
  StyleCounts style;
  style.tokens = row.Int32();
  style.headers = row.Int32();
  style.list_items = row.Int32();
  style.bold_spans = row.Int32();
  return style;
}

// By kVoteLogColumns, one statement a column: what is read in which order must not be left to the
// compiler.
LogEntry EntryOf(CopyRow& row) {
  LogEntry entry;
  entry.position = row.Int64();
  entry.kind = static_cast<VoteKind>(row.Int16());
  entry.target_position = row.Int64();
  entry.left_model = static_cast<ModelId>(row.Int32());
  entry.right_model = static_cast<ModelId>(row.Int32());
  entry.choice = static_cast<Choice>(row.Int16());
  entry.is_rated = row.Bool();
  entry.vote_time = row.Time();
  entry.turn = row.Int16();
  entry.language = row.Text();
  entry.tags = TagsOf(row);
  entry.voter_hash = row.Text();
  entry.left_style = StyleOf(row);
  entry.right_style = StyleOf(row);
  entry.draw_probability = row.Double();
  entry.new_language = row.Text();
  entry.new_tags = TagsOf(row);
  return entry;
}

}  // namespace

VoteLogReader::VoteLogReader(const DatabaseOptions& options)
    : reader_({.conninfo = options.conninfo,
               .statement_timeout = options.statement_timeout,
               .application_name = options.application_name}) {}

absl::StatusOr<LogPage> VoteLogReader::ReadAfter(int64_t position, int limit) {
  LogPage page;
  // The head first: every entry that it counts is then visible to the second statement.
  ARENA_RETURN_IF_ERROR(reader_.Read("select position from arena.vote_log_head",
                                     [&](CopyRow& row) { page.head_position = row.Int64(); }));
  if (page.head_position == position) return page;
  page.entries.reserve(
      static_cast<size_t>(std::clamp<int64_t>(page.head_position - position, 0, limit)));
  ARENA_RETURN_IF_ERROR(reader_.Read(
      fmt::format("select {} from arena.vote_log where position > {} order by position limit {}",
                  kVoteLogColumns, position, limit),
      [&](CopyRow& row) { page.entries.push_back(EntryOf(row)); }));
  return page;
}

}  // namespace arena::rating
