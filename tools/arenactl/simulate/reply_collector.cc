#include <fmt/format.h>

#include "tools/arenactl/simulate/voter.h"

namespace arena::arenactl {

absl::Status ReplyCollector::Add(const v1::StreamRepliesResponse& event) {
  if (event.side() != v1::SIDE_LEFT && event.side() != v1::SIDE_RIGHT) {
    return absl::InternalError("An event of the stream has no side.");
  }
  SideText& side = event.side() == v1::SIDE_LEFT ? left_ : right_;
  if (side.has_ended) return absl::InternalError("A side went on after its terminal event.");
  if (event.sequence() != side.sequence + 1) {
    return absl::InternalError(fmt::format("A side's event {} was followed by event {}.",
                                           side.sequence, event.sequence()));
  }
  ++side.sequence;
  side.text += event.delta().text();
  side.has_ended = event.has_finished();
  return absl::OkStatus();
}

absl::Status ReplyCollector::CheckEnded() const {
  if (left_.has_ended && right_.has_ended) return absl::OkStatus();
  return absl::InternalError("The stream ended before both sides had their terminal event.");
}

v1::Choice ChoiceByAnswer(std::string_view left, std::string_view right,
                          std::string_view expected) {
  const bool is_left_right = demo::IsCorrect(left, expected);
  const bool is_right_right = demo::IsCorrect(right, expected);
  if (is_left_right && is_right_right) return v1::CHOICE_TIE;
  if (is_left_right) return v1::CHOICE_LEFT;
  return is_right_right ? v1::CHOICE_RIGHT : v1::CHOICE_BOTH_BAD;
}

}  // namespace arena::arenactl
