#include "services/rating/core/board_state.h"

#include <fmt/format.h>

namespace arena::rating {
namespace {

Outcome OutcomeOf(Choice choice) {
  switch (choice) {
    case Choice::kLeft:
      return Outcome::kLeft;
    case Choice::kRight:
      return Outcome::kRight;
    case Choice::kTie:
      return Outcome::kTie;
    case Choice::kBothBad:
      break;
  }
  return Outcome::kBothBad;
}

absl::Status Contradiction(const LogEntry& entry, const char* what) {
  return absl::DataLossError(fmt::format("vote log entry {} {} the vote at {}, which is {}",
                                         entry.position, what, entry.target_position,
                                         "not there or was so treated before"));
}

}  // namespace

absl::Status BoardState::Apply(const LogEntry& entry, uint32_t left, uint32_t right) {
  const Outcome outcome = OutcomeOf(entry.choice);
  switch (entry.kind) {
    case VoteKind::kVote:
      elo_.Append(entry.position, left, right, outcome);
      counts_.Add(left, right, outcome);
      return absl::OkStatus();
    case VoteKind::kRetraction:
      if (!elo_.Retract(entry.target_position)) return Contradiction(entry, "retracts");
      counts_.Add(left, right, outcome, -1);
      return absl::OkStatus();
    case VoteKind::kRestoration:
      if (!elo_.Restore(entry.target_position)) return Contradiction(entry, "restores");
      counts_.Add(left, right, outcome);
      return absl::OkStatus();
    case VoteKind::kAnnotation:
      return absl::OkStatus();
  }
  return absl::DataLossError(fmt::format("vote log entry {} is of unknown kind {}", entry.position,
                                         static_cast<int>(entry.kind)));
}

}  // namespace arena::rating
