#include "tools/arenactl/votes/vote_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/domain/model_name.h"
#include "tools/arenactl/rate/vote_row.h"
#include "tools/arenactl/votes/model_names.h"

namespace arena::arenactl {
namespace {

using Json = nlohmann::json;

// What is wrong with one line; the caller adds the file and the line.
absl::Status Bad(std::string what) { return absl::InvalidArgumentError(std::move(what)); }

// A string value; empty when the key is absent or null.
absl::StatusOr<std::string> Text(const Json& line, const char* key) {
  const auto found = line.find(key);
  if (found == line.end() || found->is_null()) return std::string();
  if (!found->is_string()) return Bad(fmt::format("'{}' must be text", key));
  return found->get<std::string>();
}

absl::StatusOr<std::string> ReadModel(const Json& line, const char* key) {
  ARENA_ASSIGN_OR_RETURN(std::string name, Text(line, key));
  if (name.empty()) return Bad(fmt::format("'{}' is missing", key));
  if (!IsModelName(name)) {
    return Bad(fmt::format("'{}' is not a model's name: 1 to {} of A-Z a-z 0-9 . _ -", name,
                           limits::kModelNameBytes));
  }
  return name;
}

absl::StatusOr<Choice> ReadWinner(const Json& line) {
  ARENA_ASSIGN_OR_RETURN(const std::string winner, Text(line, "winner"));
  const std::optional<rating::Outcome> outcome = rate::OutcomeNamed(winner);
  if (!outcome.has_value()) {
    return Bad(
        fmt::format("'winner' is '{}'; it must be left, right, tie or both_bad (or model_a, "
                    "model_b, tie (bothbad))",
                    winner));
  }
  // Outcomes count from 0, choices from 1.
  return static_cast<Choice>(static_cast<int>(*outcome) + 1);
}

absl::StatusOr<std::string> ReadLanguage(const Json& line) {
  ARENA_ASSIGN_OR_RETURN(std::string language, Text(line, "language"));
  if (language == "und") return std::string();
  const bool is_code =
      language.size() == 2 &&
      language.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos;
  if (!language.empty() && !is_code) {
    return Bad(fmt::format("'language' is '{}'; it must be two letters of ISO 639-1", language));
  }
  return language;
}

// An import makes plain rated votes, so nothing else may pass for one.
absl::Status CheckIsPlainVote(const Json& line) {
  ARENA_ASSIGN_OR_RETURN(const std::string kind, Text(line, "kind"));
  if (!kind.empty() && kind != "vote") {
    return Bad(fmt::format("it is of kind '{}'; only votes can be imported", kind));
  }
  const auto rated = line.find("rated");
  if (rated != line.end() && *rated == false)
    return Bad("it is not rated; only rated votes can be imported");
  return absl::OkStatus();
}

absl::StatusOr<FileVote> ReadVote(const std::string& text, ModelNames& models) {
  const Json line = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!line.is_object()) return Bad("not a JSON object; each line is one vote");
  ARENA_RETURN_IF_ERROR(CheckIsPlainVote(line));
  ARENA_ASSIGN_OR_RETURN(const std::string left, ReadModel(line, "model_a"));
  ARENA_ASSIGN_OR_RETURN(const std::string right, ReadModel(line, "model_b"));
  if (left == right) return Bad(fmt::format("'{}' cannot battle itself", left));
  FileVote vote;
  ARENA_ASSIGN_OR_RETURN(vote.choice, ReadWinner(line));
  ARENA_ASSIGN_OR_RETURN(vote.language, ReadLanguage(line));
  ARENA_ASSIGN_OR_RETURN(vote.voter, Text(line, "voter"));
  if (vote.voter.size() > limits::kVoterBytes) {
    return Bad(fmt::format("'voter' is longer than {} bytes", limits::kVoterBytes));
  }
  vote.left = models.IndexOf(left);
  vote.right = models.IndexOf(right);
  return vote;
}

}  // namespace

absl::StatusOr<VoteFile> ParseVoteLines(const std::string& file, const std::string& text) {
  VoteFile result;
  ModelNames models(result.models);
  size_t begin = 0;
  for (int64_t number = 1; begin < text.size(); ++number) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    absl::StatusOr<FileVote> vote = ReadVote(line, models);
    if (!vote.ok()) {
      return Bad(fmt::format("{}:{}: {}; nothing was imported.", file, number,
                             std::string(vote.status().message())));
    }
    result.votes.push_back(*std::move(vote));
  }
  if (result.votes.empty()) return Bad(fmt::format("{}: there is no vote in it.", file));
  return result;
}

}  // namespace arena::arenactl
