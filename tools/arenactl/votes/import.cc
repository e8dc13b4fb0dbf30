#include "tools/arenactl/votes/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>
#include <vector>

#include "arena/v1/vote_admin_service.grpc.pb.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "tools/arenactl/client.h"
#include "tools/arenactl/command.h"
#include "tools/arenactl/models/directory.h"
#include "tools/arenactl/terminal.h"
#include "tools/arenactl/votes/vote_file.h"

namespace arena::arenactl {
namespace {

constexpr size_t kSourceBytes = 64;

struct Imported {
  int64_t appended = 0;
  int64_t repeated = 0;
  int64_t head = 0;
};

// The file's name in the letters that a source may have.
absl::StatusOr<std::string> SourceOf(const ImportOptions& options) {
  if (!options.source.empty()) return options.source;
  if (options.file == "-") {
    return absl::InvalidArgumentError(
        "Standard input has no name: give one with --source, always the same for the same votes.");
  }
  std::string source = std::filesystem::path(options.file).filename().string();
  for (char& c : source) {
    const auto byte = static_cast<unsigned char>(c);
    c = static_cast<char>(std::tolower(byte));
    if (byte >= 0x80 || (std::isalnum(byte) == 0 && c != '.' && c != '_')) c = '-';
  }
  return source.substr(0, kSourceBytes);
}

absl::StatusOr<std::vector<std::string>> UnknownModels(const Remote& matchmaker,
                                                       const std::vector<std::string>& names) {
  ARENA_ASSIGN_OR_RETURN(const std::vector<v1::ModelRecord> records, ListEveryModel(matchmaker));
  std::set<std::string> known;
  for (const v1::ModelRecord& record : records) known.insert(record.model().name());
  std::vector<std::string> unknown;
  std::copy_if(names.begin(), names.end(), std::back_inserter(unknown),
               [&](const std::string& name) { return !known.contains(name); });
  return unknown;
}

absl::Status RegisterDrafts(const Remote& matchmaker, const std::vector<std::string>& names,
                            const std::string& source) {
  for (size_t begin = 0; begin < names.size(); begin += limits::kModelsPerApply) {
    v1::ApplyModelsRequest request;
    request.set_reason(fmt::format("Named by the votes of {}", source));
    const size_t end = std::min(names.size(), begin + limits::kModelsPerApply);
    for (size_t i = begin; i < end; ++i) {
      v1::Model& model = *request.add_models()->mutable_model();
      model.set_name(names[i]);
      model.set_display_name(names[i]);
      model.set_state(v1::MODEL_STATE_DRAFT);
    }
    ARENA_RETURN_IF_ERROR(ApplyModels(matchmaker, request).status());
  }
  return absl::OkStatus();
}

absl::Status EnsureModels(const ImportOptions& options, const std::vector<std::string>& names,
                          const std::string& source) {
  ARENA_ASSIGN_OR_RETURN(const Remote matchmaker, Remote::Make(kMatchmaker, options.matchmaker));
  ARENA_ASSIGN_OR_RETURN(const std::vector<std::string> unknown, UnknownModels(matchmaker, names));
  if (unknown.empty()) return absl::OkStatus();
  if (options.register_models) {
    ARENA_RETURN_IF_ERROR(RegisterDrafts(matchmaker, unknown, source));
    fmt::print("{} models registered as drafts.\n", unknown.size());
    return absl::OkStatus();
  }
  return absl::NotFoundError(
      fmt::format("{}: the arena does not know {} of its models, first '{}'; nothing was imported. "
                  "Add --register-models, or 'arenactl models apply' them.",
                  options.file, unknown.size(), unknown.front()));
}

v1::ImportVotesRequest Batch(const VoteFile& file, const std::string& source, size_t begin) {
  v1::ImportVotesRequest request;
  request.set_source(source);
  const size_t end = std::min(file.votes.size(), begin + limits::kImportBatchVotes);
  for (size_t i = begin; i < end; ++i) {
    const FileVote& vote = file.votes[i];
    v1::ImportedVote& imported = *request.add_votes();
    imported.set_index(static_cast<int64_t>(i));
    imported.set_model_left(file.models[vote.left]);
    imported.set_model_right(file.models[vote.right]);
    imported.set_choice(static_cast<v1::Choice>(vote.choice));
    imported.set_language(vote.language);
    imported.set_voter(vote.voter);
  }
  return request;
}

absl::StatusOr<Imported> SendVotes(const ImportOptions& options, const VoteFile& file,
                                   const std::string& source) {
  ARENA_ASSIGN_OR_RETURN(const Remote vote_ingest, Remote::Make(kVoteIngest, options.vote_ingest));
  v1::VoteAdminService::Stub stub(vote_ingest.channel());
  Progress progress("votes", static_cast<int64_t>(file.votes.size()));
  Imported imported;
  for (size_t begin = 0; begin < file.votes.size(); begin += limits::kImportBatchVotes) {
    v1::ImportVotesResponse response;
    const absl::Status status =
        CallUntilAnswered(vote_ingest, stub, &v1::VoteAdminService::Stub::ImportVotes,
                          Batch(file, source, begin), response);
    if (!status.ok()) {
      return absl::Status(
          status.code(),
          fmt::format(
              "{} Votes before number {} are imported; run the same command again to go on.",
              std::string(status.message()), begin));
    }
    imported.appended += response.appended_count();
    imported.repeated += response.repeated_count();
    imported.head = response.head_position();
    progress.Show(imported.appended + imported.repeated);
  }
  return imported;
}

}  // namespace

absl::Status RunImport(const ImportOptions& options) {
  ARENA_ASSIGN_OR_RETURN(const std::string source, SourceOf(options));
  ARENA_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(options.file));
  ARENA_ASSIGN_OR_RETURN(const VoteFile file, ParseVoteFile(options.file, text, options.seed));
  ARENA_RETURN_IF_ERROR(EnsureModels(options, file.models, source));
  ARENA_ASSIGN_OR_RETURN(const Imported imported, SendVotes(options, file, source));
  fmt::print("{} votes of {} imported, {} were there before. The log ends at position {}.\n",
             imported.appended, source, imported.repeated, imported.head);
  return absl::OkStatus();
}

}  // namespace arena::arenactl
