#include "tools/arenactl/votes/entry_parser.h"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/time/time.h"
#include "tools/arenactl/rate/vote_row.h"

namespace arena::arenactl {
namespace {

// The fields of one line. What is wrong with the first that cannot be read is kept, so that many
// are read before it is looked at.
class Fields {
 public:
  explicit Fields(simdjson::dom::object object) : object_(object) {}

  template <typename T>
  T Get(const char* key, const char* what) {
    T value{};
    if (object_[key].get(value) != simdjson::SUCCESS) Note(key, what);
    return value;
  }
  std::string Text(const char* key) { return std::string(Get<std::string_view>(key, "text")); }
  int64_t Integer(const char* key) { return Get<int64_t>(key, "a whole number"); }
  int32_t Count(const std::string& key) {
    const int64_t count = Integer(key.c_str());
    if (count < 0 || count > INT32_MAX) Note(key, "a count");
    return static_cast<int32_t>(count);
  }
  void AddTexts(const char* key, google::protobuf::RepeatedPtrField<std::string>& texts) {
    simdjson::dom::array list;
    if (object_[key].get(list) != simdjson::SUCCESS) return Note(key, "a list");
    for (const simdjson::dom::element item : list) {
      std::string_view text;
      if (item.get(text) != simdjson::SUCCESS) return Note(key, "a list of texts");
      texts.Add(std::string(text));
    }
  }

  void Note(std::string_view key, std::string_view what) {
    if (error_.empty()) error_ = fmt::format("'{}' is missing or not {}", key, what);
  }
  const std::string& error() const { return error_; }

 private:
  simdjson::dom::object object_;
  std::string error_;
};

v1::VoteKind ReadKind(Fields& fields) {
  v1::VoteKind kind = v1::VOTE_KIND_UNSPECIFIED;
  const std::string name = "VOTE_KIND_" + absl::AsciiStrToUpper(fields.Text("kind"));
  if (!v1::VoteKind_Parse(name, &kind)) fields.Note("kind", "a kind of entry");
  return kind;
}

v1::Choice ReadChoice(Fields& fields) {
  const std::optional<rating::Outcome> outcome = rate::OutcomeNamed(fields.Text("winner"));
  if (!outcome.has_value()) {
    fields.Note("winner", "model_a, model_b, tie or both_bad");
    return v1::CHOICE_UNSPECIFIED;
  }
  // Outcomes count from 0, choices from 1.
  return static_cast<v1::Choice>(static_cast<int>(*outcome) + 1);
}

void ReadStyle(Fields& fields, const std::string& side, v1::StyleFeatures& style) {
  style.set_tokens(fields.Count("tokens" + side));
  style.set_headers(fields.Count("headers" + side));
  style.set_list_items(fields.Count("lists" + side));
  style.set_bold_spans(fields.Count("bolds" + side));
}

void ReadTime(Fields& fields, google::protobuf::Timestamp& timestamp) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, fields.Text("time"), &time, &error)) {
    return fields.Note("time", "a time by RFC 3339");
  }
  timestamp.set_seconds(absl::ToUnixSeconds(time));
  timestamp.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(timestamp.seconds()))));
}

}  // namespace

absl::StatusOr<v1::VoteEntry> EntryParser::Parse(std::string_view line) {
  simdjson::dom::object object;
  if (parser_.parse(line.data(), line.size()).get(object) != simdjson::SUCCESS) {
    return absl::InvalidArgumentError("not a JSON object; each line is one entry of the log");
  }
  Fields fields(object);
  v1::VoteEntry entry;
  entry.set_position(fields.Integer("position"));
  entry.set_kind(ReadKind(fields));
  if (entry.kind() != v1::VOTE_KIND_VOTE) entry.set_target_position(fields.Integer("target"));
  entry.set_turn(fields.Count("turn"));
  entry.set_model_left(fields.Text("model_a"));
  entry.set_model_right(fields.Text("model_b"));
  entry.set_choice(ReadChoice(fields));
  entry.set_rated(fields.Get<bool>("rated", "true or false"));
  entry.set_language(fields.Text("language"));
  fields.AddTexts("tags", *entry.mutable_tags());
  entry.set_voter(fields.Text("voter"));
  entry.set_draw_probability(fields.Get<double>("draw_probability", "a number"));
  ReadStyle(fields, "_a", *entry.mutable_style_left());
  ReadStyle(fields, "_b", *entry.mutable_style_right());
  ReadTime(fields, *entry.mutable_vote_time());
  if (entry.kind() == v1::VOTE_KIND_ANNOTATION) {
    entry.set_new_language(fields.Text("new_language"));
    fields.AddTexts("new_tags", *entry.mutable_new_tags());
  }
  if (!fields.error().empty()) return absl::InvalidArgumentError(fields.error());
  return entry;
}

}  // namespace arena::arenactl
