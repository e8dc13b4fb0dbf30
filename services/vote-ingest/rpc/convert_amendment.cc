#include "services/vote-ingest/rpc/convert_amendment.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"

namespace arena::vote_ingest {
namespace {

constexpr size_t kVoterHashDigits = 32;

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsVoterHash(const std::string& text) {
  return text.size() == kVoterHashDigits && std::all_of(text.begin(), text.end(), [](char c) {
           return IsDigit(c) || (c >= 'a' && c <= 'f');
         });
}

bool IsTag(const std::string& text) {
  return !text.empty() && text.size() <= limits::kTagBytes &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return IsLower(c) || IsDigit(c) || c == '_'; });
}

// The next position of a list, which must be one of a log and new to it.
absl::Status AddPosition(std::string_view field, int64_t position, Amendment& amendment,
                         std::set<int64_t>& seen) {
  if (position < 1) return FieldInvalid(field, "1 or more");
  if (!seen.insert(position).second) {
    return FieldInvalid(field, fmt::format("each once, and {} comes twice", position));
  }
  amendment.positions.push_back(position);
  return absl::OkStatus();
}

absl::Status CheckCount(std::string_view field, int count) {
  return CheckRange("kAmendedVotes", field, count, 1, limits::kAmendedVotes, "votes");
}

absl::Status CheckVoter(const v1::VoterHistory& voter) {
  if (!IsVoterHash(voter.voter())) {
    return FieldInvalid("votes.voter.voter",
                        fmt::format("{} hexadecimal digits in lower case, as the log shows them",
                                    kVoterHashDigits));
  }
  if (voter.start_position() < 0) return FieldInvalid("votes.voter.start_position", "0 or more");
  return absl::OkStatus();
}

absl::Status AddSelection(const v1::VoteSelection& votes, Amendment& amendment) {
  switch (votes.by_case()) {
    case v1::VoteSelection::kVoter:
      amendment.skip_settled = true;
      return CheckVoter(votes.voter());
    case v1::VoteSelection::kPositions:
      break;
    case v1::VoteSelection::BY_NOT_SET:
      return FieldInvalid("votes", "positions or a voter");
  }
  static constexpr char kField[] = "votes.positions.positions";
  const v1::VotePositions& chosen = votes.positions();
  ARENA_RETURN_IF_ERROR(CheckCount(kField, chosen.positions_size()));
  amendment.skip_settled = chosen.skip_settled();
  std::set<int64_t> seen;
  for (const int64_t position : chosen.positions()) {
    ARENA_RETURN_IF_ERROR(AddPosition(kField, position, amendment, seen));
  }
  return absl::OkStatus();
}

// What all requests have.
template <typename Request>
absl::StatusOr<Amendment> Begin(VoteKind kind, const Request& request, std::string_view caller,
                                absl::Time now) {
  ARENA_ASSIGN_OR_RETURN(const RequestId id, RequestId::Parse(request.request_id(), now));
  return Amendment{.kind = kind,
                   .caller = std::string(caller),
                   .request_id = id,
                   .request_digest = Sha256(request.SerializeAsString())};
}

template <typename Request>
absl::StatusOr<Amendment> OfSelection(VoteKind kind, const Request& request,
                                      std::string_view caller, absl::Time now) {
  ARENA_ASSIGN_OR_RETURN(Amendment amendment, Begin(kind, request, caller, now));
  const std::string& reason = request.reason();
  const absl::Status invalid =
      FieldInvalid("reason", fmt::format("1 to {} bytes without NUL", limits::kReasonBytes));
  if (reason.size() > limits::kReasonBytes) return BeyondLimit("kReasonBytes", invalid);
  // PostgreSQL keeps no NUL in a text.
  if (reason.empty() || reason.find('\0') != std::string::npos) return invalid;
  amendment.reason = reason;
  ARENA_RETURN_IF_ERROR(AddSelection(request.votes(), amendment));
  return amendment;
}

absl::StatusOr<NewLabels> LabelsOf(const v1::VoteLabels& labels) {
  if (!IsLanguage(labels.language())) {
    return FieldInvalid("labels.language", "an ISO 639-1 code, und, or empty");
  }
  const std::set<std::string> tags(labels.tags().begin(), labels.tags().end());
  if (labels.tags_size() > limits::kTagsPerVote || !std::all_of(tags.begin(), tags.end(), IsTag)) {
    return FieldInvalid("labels.tags", fmt::format("at most {}, each 1 to {} of a-z 0-9 _",
                                                   limits::kTagsPerVote, limits::kTagBytes));
  }
  return NewLabels{.language = labels.language(), .tags = {tags.begin(), tags.end()}};
}

}  // namespace

absl::StatusOr<Amendment> ToAmendment(const v1::RetractVotesRequest& request,
                                      std::string_view caller, absl::Time now) {
  return OfSelection(VoteKind::kRetraction, request, caller, now);
}

absl::StatusOr<Amendment> ToAmendment(const v1::RestoreVotesRequest& request,
                                      std::string_view caller, absl::Time now) {
  return OfSelection(VoteKind::kRestoration, request, caller, now);
}

absl::StatusOr<Amendment> ToAmendment(const v1::AnnotateVotesRequest& request,
                                      std::string_view caller, absl::Time now) {
  ARENA_ASSIGN_OR_RETURN(Amendment amendment, Begin(VoteKind::kAnnotation, request, caller, now));
  if (request.label_version() < 1) return FieldInvalid("label_version", "1 or more");
  amendment.label_version = request.label_version();
  amendment.skip_settled = request.skip_settled();
  ARENA_RETURN_IF_ERROR(CheckCount("labels", request.labels_size()));
  std::set<int64_t> seen;
  for (const v1::VoteLabels& labels : request.labels()) {
    ARENA_RETURN_IF_ERROR(AddPosition("labels.position", labels.position(), amendment, seen));
    ARENA_ASSIGN_OR_RETURN(NewLabels checked, LabelsOf(labels));
    amendment.labels.push_back(std::move(checked));
  }
  return amendment;
}

v1::Amendment ToProto(const Amended& amended) {
  v1::Amendment message;
  message.set_appended_count(amended.appended);
  message.set_skipped_count(amended.skipped);
  message.set_first_position(amended.first_position);
  message.set_last_position(amended.last_position);
  message.set_next_position(amended.next_position);
  return message;
}

}  // namespace arena::vote_ingest
