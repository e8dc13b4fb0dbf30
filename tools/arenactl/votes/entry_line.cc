#include "tools/arenactl/votes/entry_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>

#include "absl/time/time.h"

namespace arena::arenactl {
namespace {

// Almost every text is plain, and the JSON library costs more than all the rest of a line.
std::string Quoted(const std::string& text) {
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
  });
  if (is_plain) return fmt::format("\"{}\"", text);
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string QuotedList(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) list += (list.size() > 1 ? "," : "") + Quoted(text);
  return list + "]";
}

// "VOTE_KIND_RETRACTION" without its prefix, in lower case.
std::string ShortName(std::string name, std::string_view prefix) {
  name.erase(0, prefix.size());
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

std::string_view WinnerOf(v1::Choice choice) {
  switch (choice) {
    case v1::CHOICE_LEFT:
      return "model_a";
    case v1::CHOICE_RIGHT:
      return "model_b";
    case v1::CHOICE_TIE:
      return "tie";
    case v1::CHOICE_BOTH_BAD:
      return "both_bad";
    default:
      return "";
  }
}

std::string ReasonsOf(const v1::VoteEntry& entry) {
  std::string list = "[";
  for (const int reason : entry.unrated_reasons()) {
    const auto value = static_cast<v1::UnratedReason>(reason);
    if (list.size() > 1) list += ",";
    list += fmt::format("\"{}\"", ShortName(v1::UnratedReason_Name(value), "UNRATED_REASON_"));
  }
  return list + "]";
}

void AppendStyle(const v1::StyleFeatures& style, char side, fmt::memory_buffer& line) {
  fmt::format_to(std::back_inserter(line),
                 R"(,"tokens_{0}":{1},"headers_{0}":{2},"lists_{0}":{3},"bolds_{0}":{4})", side,
                 style.tokens(), style.headers(), style.list_items(), style.bold_spans());
}

std::string TextOf(const google::protobuf::Timestamp& timestamp) {
  const absl::Time time =
      absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

void AppendAmendment(const v1::VoteEntry& entry, fmt::memory_buffer& line) {
  const auto end = std::back_inserter(line);
  if (entry.kind() == v1::VOTE_KIND_ANNOTATION) {
    fmt::format_to(end, R"(,"label_version":{},"new_language":{},"new_tags":{})",
                   entry.label_version(), Quoted(entry.new_language()),
                   QuotedList(entry.new_tags()));
  } else {
    fmt::format_to(end, R"(,"reason":{})", Quoted(entry.reason()));
  }
  fmt::format_to(end, R"(,"entry_time":"{}")", TextOf(entry.entry_time()));
}

}  // namespace

void AppendEntryLine(const v1::VoteEntry& entry, std::string& out) {
  fmt::memory_buffer line;
  const auto end = std::back_inserter(line);
  fmt::format_to(end, R"({{"position":{},"kind":"{}")", entry.position(),
                 ShortName(v1::VoteKind_Name(entry.kind()), "VOTE_KIND_"));
  if (entry.target_position() != 0) {
    fmt::format_to(end, R"(,"target":{})", entry.target_position());
  }
  fmt::format_to(end, R"(,"vote_id":{},"turn":{},"model_a":{},"model_b":{},"winner":"{}")",
                 Quoted(entry.vote_id()), entry.turn(), Quoted(entry.model_left()),
                 Quoted(entry.model_right()), WinnerOf(entry.choice()));
  fmt::format_to(end, R"(,"rated":{},"reasons":{},"language":{},"tags":{},"voter":{})",
                 entry.rated(), ReasonsOf(entry), Quoted(entry.language()),
                 QuotedList(entry.tags()), Quoted(entry.voter()));
  fmt::format_to(end, R"(,"draw_probability":{})", entry.draw_probability());
  AppendStyle(entry.style_left(), 'a', line);
  AppendStyle(entry.style_right(), 'b', line);
  fmt::format_to(end, R"(,"time":"{}")", TextOf(entry.vote_time()));
  if (entry.kind() != v1::VOTE_KIND_VOTE) AppendAmendment(entry, line);
  line.push_back('}');
  out.append(line.data(), line.size());
  out += '\n';
}

}  // namespace arena::arenactl
