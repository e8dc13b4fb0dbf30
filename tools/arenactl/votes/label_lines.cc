#include "tools/arenactl/votes/label_lines.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <utility>

#include "common/base/status_macros.h"

namespace arena::arenactl {
namespace {

using Json = nlohmann::json;

// What is wrong with one line; the caller adds the file and the line.
absl::Status Bad(std::string what) { return absl::InvalidArgumentError(std::move(what)); }

absl::Status ReadTags(const Json& tags, v1::VoteLabels& labels) {
  if (!tags.is_array()) return Bad("'tags' must be a list of texts");
  for (const Json& tag : tags) {
    if (!tag.is_string()) return Bad("'tags' must be a list of texts");
    labels.add_tags(tag.get<std::string>());
  }
  return absl::OkStatus();
}

// A misspelt key would take a label away without a word.
absl::Status RefuseUnknownKeys(const Json& line) {
  for (const auto& [key, value] : line.items()) {
    if (key != "position" && key != "language" && key != "tags") {
      return Bad(fmt::format("'{}' is not one of position, language, tags", key));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::VoteLabels> ReadLabels(const std::string& text) {
  const Json line = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!line.is_object()) return Bad("not a JSON object; each line is the labels of one vote");
  ARENA_RETURN_IF_ERROR(RefuseUnknownKeys(line));
  const auto position = line.find("position");
  if (position == line.end() || !position->is_number_unsigned()) {
    return Bad("'position' must be that of a vote");
  }
  v1::VoteLabels labels;
  labels.set_position(position->get<int64_t>());
  if (const auto language = line.find("language"); language != line.end()) {
    if (!language->is_string()) return Bad("'language' must be text");
    labels.set_language(language->get<std::string>());
  }
  // An annotation says all tags that a vote has from then on, so they may not be left out.
  const auto tags = line.find("tags");
  if (tags == line.end()) return Bad("'tags' is missing; [] takes all tags away");
  ARENA_RETURN_IF_ERROR(ReadTags(*tags, labels));
  return labels;
}

}  // namespace

absl::StatusOr<std::vector<v1::VoteLabels>> ParseLabelLines(const std::string& file,
                                                            const std::string& text) {
  std::vector<v1::VoteLabels> labels;
  std::set<int64_t> positions;
  std::istringstream lines(text);
  int64_t number = 1;
  for (std::string line; std::getline(lines, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    absl::StatusOr<v1::VoteLabels> read = ReadLabels(line);
    if (read.ok() && !positions.insert(read->position()).second) {
      read = Bad(fmt::format("position {} comes twice", read->position()));
    }
    if (!read.ok()) {
      return Bad(fmt::format("{}:{}: {}; nothing was labelled.", file, number,
                             std::string(read.status().message())));
    }
    labels.push_back(*std::move(read));
  }
  if (labels.empty()) return Bad(fmt::format("{}: there are no labels in it.", file));
  return labels;
}

}  // namespace arena::arenactl
