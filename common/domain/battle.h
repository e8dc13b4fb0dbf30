#pragma once

#include <cstdint>
#include <string>

#include "common/base/ids.h"

// The values that more than one service decides with. Their numbers are those of the enums in
// proto/arena/v1 and of the database's smallint columns; they never change.
namespace arena {

enum class Side : int16_t { kLeft = 1, kRight = 2 };

enum class BattleMode : int16_t { kAnonymous = 1, kSideBySide = 2, kDirect = 3 };

enum class SideEnd : int16_t {
  kComplete = 1,
  kLength = 2,
  kFiltered = 3,
  kTruncated = 4,
  kFailed = 5,
  kTimedOut = 6,
  kCancelled = 7,
};

// Whether a reply that ended so can be compared with another.
inline bool IsFullReply(SideEnd end) {
  return end == SideEnd::kComplete || end == SideEnd::kLength;
}

enum class Choice : int16_t { kLeft = 1, kRight = 2, kTie = 3, kBothBad = 4 };

enum class UnratedReason : int16_t {
  kNotAnonymous = 1,
  kAfterReveal = 2,
  kReplyIncomplete = 3,
  kIdentityShown = 4,
  kFlagged = 5,
  kFrequentPrompt = 6,
};

enum class ModelState : int16_t { kDraft = 1, kAnonymousOnly = 2, kActive = 3, kRetired = 4 };

enum class VoteKind : int16_t { kVote = 1, kRetraction = 2, kRestoration = 3, kAnnotation = 4 };

// Counts of how a reply looks; code blocks are left out of all but tokens.
struct StyleCounts {
  int32_t tokens = 0;
  int32_t headers = 0;
  int32_t list_items = 0;
  int32_t bold_spans = 0;

  friend bool operator==(const StyleCounts&, const StyleCounts&) = default;
};

}  // namespace arena
