#include "services/vote-ingest/core/amendment.h"

#include <algorithm>

#include "common/base/limits.h"
#include "services/vote-ingest/core/errors.h"

namespace arena::vote_ingest {

bool IsLanguage(std::string_view text) {
  return text.size() <= limits::kLanguageBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

bool IsSettled(const VoteState& state, const Amendment& amendment) {
  switch (amendment.kind) {
    case VoteKind::kRetraction:
      return state.is_retracted;
    case VoteKind::kRestoration:
      return !state.is_retracted;
    default:
      return state.label_version >= amendment.label_version;
  }
}

absl::Status VoteSettled(VoteKind kind, int64_t position) {
  switch (kind) {
    case VoteKind::kRetraction:
      return AlreadyRetracted(position);
    case VoteKind::kRestoration:
      return NotRetracted(position);
    default:
      return AlreadyLabelled(position);
  }
}

}  // namespace arena::vote_ingest
