#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "common/base/ids.h"
#include "common/base/keyed_hash.h"
#include "common/domain/battle.h"

// What is said about a vote after it was cast.
namespace arena::vote_ingest {

// Whether a text may be the code of a language: ISO 639-1 or `und`, or empty for none.
bool IsLanguage(std::string_view text);

// The labels of a vote from now on.
struct NewLabels {
  // Empty leaves the language as it is.
  std::string language;
  // All of its tags, ascending.
  std::vector<std::string> tags;

  friend bool operator==(const NewLabels&, const NewLabels&) = default;
};

// What an operator says about some votes, checked but for what only the log can tell.
struct Amendment {
  // Any kind but a vote.
  VoteKind kind = VoteKind::kRetraction;
  // With the kind and the request id, what tells a repeat; the digest of the request tells it from
  // another request under the same id.
  std::string caller;
  RequestId request_id;
  Sha256Digest request_digest{};
  // Each once.
  std::vector<int64_t> positions;
  // Whether votes that are settled get no entry; else one refuses all.
  bool skip_settled = false;
  std::string reason;
  // Of annotations: the version of the rules that made the labels, and one of `labels` a position.
  int label_version = 0;
  std::vector<NewLabels> labels;
  // Where the search that found the votes goes on; 0 when there is nothing more to find.
  int64_t next_position = 0;
};

// What became of an amendment; the answer to all its repeats.
struct Amended {
  int appended = 0;
  int skipped = 0;
  // Of the entries appended, which are consecutive; 0 when there are none.
  int64_t first_position = 0;
  int64_t last_position = 0;
  int64_t next_position = 0;

  friend bool operator==(const Amended&, const Amended&) = default;
};

// What the log says about a vote so far.
struct VoteState {
  bool is_retracted = false;
  // Of the newest labels; 0 for those that the vote was cast with.
  int label_version = 0;
};

// Whether the vote already is as the amendment would have it, or newer.
bool IsSettled(const VoteState& state, const Amendment& amendment);

// ALREADY_RETRACTED, NOT_RETRACTED or ALREADY_LABELLED: the vote at `position` is settled.
absl::Status VoteSettled(VoteKind kind, int64_t position);

}  // namespace arena::vote_ingest
