#include "services/vote-ingest/storage/log_statement.h"

#include "services/vote-ingest/storage/append_statement.h"

namespace arena::vote_ingest {
namespace {

// Positions are consecutive, so a page is a range of them; what may not be seen is left out of it.
constexpr char kReadLog[] = R"(
    select v.position, v.kind, v.target_position, v.battle_id, v.turn, v.frontend,
           v.left_model, l.name, v.right_model, r.name, v.choice,
           array_to_string(v.unrated_reasons, ','), v.language, array_to_string(v.tags, ','),
           v.draw_probability, v.voter_hash, v.tokens_left, v.headers_left, v.list_items_left,
           v.bold_spans_left, v.tokens_right, v.headers_right, v.list_items_right,
           v.bold_spans_right, (extract(epoch from v.vote_time) * 1000000)::bigint, v.reason,
           (extract(epoch from v.entry_time) * 1000000)::bigint, v.label_version, v.new_language,
           array_to_string(v.new_tags, ',')
    from arena.vote_log v
    join arena.current_models l on l.id = v.left_model
    join arena.current_models r on r.id = v.right_model
    where v.position > $1 and v.position <= $2 and ($3 or (l.state <> 2 and r.state <> 2))
          and ($4 or v.kind in (1, 4))
    order by v.position)";
// Where a row of kReadLog says what a vote does not have.
constexpr int kOfAmendment = 25;

// Microseconds, which a floating-point number of seconds would not keep.
absl::Time TimeOf(const pqxx::field& epoch_micros) {
  return absl::FromUnixMicros(epoch_micros.as<int64_t>());
}

void AddAmendment(const pqxx::row& row, LogEntry& entry) {
  entry.reason = row[kOfAmendment].as<std::string>();
  entry.entry_time = TimeOf(row[kOfAmendment + 1]);
  if (entry.kind != VoteKind::kAnnotation) return;
  entry.label_version = row[kOfAmendment + 2].as<int>();
  entry.new_labels = {.language = row[kOfAmendment + 3].as<std::string>(),
                      .tags = SplitTags(row[kOfAmendment + 4].as<std::string>())};
}

LogEntry EntryOf(const pqxx::row& row) {
  LogEntry entry{.position = row[0].as<int64_t>(),
                 .kind = static_cast<VoteKind>(row[1].as<int>()),
                 .target_position = row[2].as<int64_t>(),
                 .vote = {.battle_id = BattleId(*Uuid::Parse(row[3].c_str())),
                          .turn = row[4].as<int>(),
                          .frontend = row[5].as<std::string>(),
                          .left = {ModelId{row[6].as<int>()}, row[7].as<std::string>()},
                          .right = {ModelId{row[8].as<int>()}, row[9].as<std::string>()},
                          .choice = static_cast<Choice>(row[10].as<int>()),
                          .reasons = SplitReasons(row[11].as<std::string>()),
                          .language = row[12].as<std::string>(),
                          .tags = SplitTags(row[13].as<std::string>()),
                          .draw_probability = row[14].as<double>(),
                          .voter_hash = row[15].as<std::string>(),
                          .style_left = {row[16].as<int>(), row[17].as<int>(), row[18].as<int>(),
                                         row[19].as<int>()},
                          .style_right = {row[20].as<int>(), row[21].as<int>(), row[22].as<int>(),
                                          row[23].as<int>()}},
                 .time = TimeOf(row[24])};
  if (entry.kind != VoteKind::kVote) AddAmendment(row, entry);
  return entry;
}

}  // namespace

std::vector<LogEntry> RunRead(pqxx::nontransaction& session, const LogRange& range, int64_t end) {
  std::vector<LogEntry> entries;
  for (const auto& row : session.exec_params(kReadLog, range.after, end, range.include_unnamed,
                                             range.include_quarantine)) {
    entries.push_back(EntryOf(row));
  }
  return entries;
}

}  // namespace arena::vote_ingest
