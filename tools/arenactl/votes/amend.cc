#include "tools/arenactl/votes/amend.h"

#include <fmt/format.h>

#include <algorithm>

#include "absl/time/clock.h"
#include "arena/v1/vote_admin_service.grpc.pb.h"
#include "common/base/ids.h"
#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "tools/arenactl/client.h"
#include "tools/arenactl/command.h"
#include "tools/arenactl/terminal.h"
#include "tools/arenactl/votes/label_lines.h"
#include "tools/arenactl/votes/position_list.h"

namespace arena::arenactl {
namespace {

using Stub = v1::VoteAdminService::Stub;

// The kind of call: its method, and the word for what becomes of a vote.
template <typename Request, typename Response>
struct Kind {
  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*);
  const char* participle;
};

// Makes the calls of one command and sums up what they did.
class Amender {
 public:
  // `total` is 0 when nobody knows how many votes there will be.
  Amender(const Remote& vote_ingest, int64_t total)
      : vote_ingest_(vote_ingest), stub_(vote_ingest.channel()), progress_("votes", total) {}

  // Sends a page under a request id of its own. Returns where the next one begins, for a voter's.
  template <typename Request, typename Response>
  absl::StatusOr<int64_t> Send(const Kind<Request, Response>& kind, Request request) {
    request.set_request_id(Uuid::MakeVersion7(absl::Now(), random_).ToString());
    Response response;
    const absl::Status status =
        CallUntilAnswered(vote_ingest_, stub_, kind.method, request, response);
    if (!status.ok()) return WithWhatIsDone(status, kind.participle);
    const v1::Amendment& done = response.amendment();
    appended_ += done.appended_count();
    skipped_ += done.skipped_count();
    last_position_ = std::max(last_position_, done.last_position());
    progress_.Show(appended_ + skipped_);
    return done.next_position();
  }

  void Print(const char* participle) const {
    fmt::print("{} votes {}, {} were so before.", appended_, participle, skipped_);
    if (last_position_ > 0)
      fmt::print(" Leaderboards that cover position {} show it.", last_position_);
    fmt::print("\n");
  }
  int64_t votes() const { return appended_ + skipped_; }

 private:
  // Pages that were answered stay done.
  absl::Status WithWhatIsDone(const absl::Status& status, const char* participle) const {
    if (appended_ == 0) return status;
    return absl::Status(
        status.code(),
        fmt::format("{} {} votes are {} already, up to position {}; the same command with "
                    "--skip-settled goes on.",
                    std::string(status.message()), appended_, participle, last_position_));
  }

  const Remote vote_ingest_;
  Stub stub_;
  SecureRandom random_;
  Progress progress_;
  int64_t appended_ = 0;
  int64_t skipped_ = 0;
  int64_t last_position_ = 0;
};

template <typename Request, typename Response>
absl::Status AmendVoter(const Kind<Request, Response>& kind, const AmendOptions& options) {
  ARENA_ASSIGN_OR_RETURN(const Remote vote_ingest, Remote::Make(kVoteIngest, options.vote_ingest));
  Amender amender(vote_ingest, 0);
  Request request;
  request.set_reason(options.reason);
  v1::VoterHistory& history = *request.mutable_votes()->mutable_voter();
  history.set_voter(options.voter);
  do {
    ARENA_ASSIGN_OR_RETURN(const int64_t next, amender.Send(kind, request));
    history.set_start_position(next);
  } while (history.start_position() > 0);
  if (amender.votes() == 0) {
    return absl::NotFoundError(
        fmt::format("The log has no vote of the voter {}: take the key 'voter' of a line of "
                    "'arenactl votes export'.",
                    options.voter));
  }
  amender.Print(kind.participle);
  return absl::OkStatus();
}

template <typename Request, typename Response>
absl::Status AmendPositions(const Kind<Request, Response>& kind, const AmendOptions& options) {
  ARENA_ASSIGN_OR_RETURN(const std::vector<int64_t> positions, ParsePositions(options.positions));
  ARENA_ASSIGN_OR_RETURN(const Remote vote_ingest, Remote::Make(kVoteIngest, options.vote_ingest));
  Amender amender(vote_ingest, static_cast<int64_t>(positions.size()));
  for (size_t begin = 0; begin < positions.size(); begin += limits::kAmendedVotes) {
    const size_t end = std::min(positions.size(), begin + limits::kAmendedVotes);
    Request request;
    request.set_reason(options.reason);
    v1::VotePositions& chosen = *request.mutable_votes()->mutable_positions();
    for (size_t i = begin; i < end; ++i) chosen.add_positions(positions[i]);
    chosen.set_skip_settled(options.skip_settled);
    ARENA_RETURN_IF_ERROR(amender.Send(kind, request).status());
  }
  amender.Print(kind.participle);
  return absl::OkStatus();
}

template <typename Request, typename Response>
absl::Status Amend(const Kind<Request, Response>& kind, const AmendOptions& options) {
  if (options.positions.empty() == options.voter.empty()) {
    return absl::InvalidArgumentError("Say which votes: either POSITIONS, or --voter.");
  }
  return options.voter.empty() ? AmendPositions(kind, options) : AmendVoter(kind, options);
}

}  // namespace

absl::Status RunRetract(const AmendOptions& options) {
  return Amend(
      Kind<v1::RetractVotesRequest, v1::RetractVotesResponse>{&Stub::RetractVotes, "retracted"},
      options);
}

absl::Status RunRestore(const AmendOptions& options) {
  return Amend(
      Kind<v1::RestoreVotesRequest, v1::RestoreVotesResponse>{&Stub::RestoreVotes, "restored"},
      options);
}

absl::Status RunAnnotate(const AnnotateOptions& options) {
  const Kind<v1::AnnotateVotesRequest, v1::AnnotateVotesResponse> kind = {&Stub::AnnotateVotes,
                                                                          "labelled"};
  ARENA_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(options.file));
  ARENA_ASSIGN_OR_RETURN(const std::vector<v1::VoteLabels> labels,
                         ParseLabelLines(options.file, text));
  ARENA_ASSIGN_OR_RETURN(const Remote vote_ingest, Remote::Make(kVoteIngest, options.vote_ingest));
  Amender amender(vote_ingest, static_cast<int64_t>(labels.size()));
  for (size_t begin = 0; begin < labels.size(); begin += limits::kAmendedVotes) {
    const size_t end = std::min(labels.size(), begin + limits::kAmendedVotes);
    v1::AnnotateVotesRequest request;
    request.set_label_version(options.label_version);
    request.set_skip_settled(options.skip_settled);
    for (size_t i = begin; i < end; ++i) *request.add_labels() = labels[i];
    ARENA_RETURN_IF_ERROR(amender.Send(kind, request).status());
  }
  amender.Print(kind.participle);
  return absl::OkStatus();
}

}  // namespace arena::arenactl
