#include "services/model-gateway/core/conversation.h"

#include <algorithm>

namespace arena::model_gateway {

std::vector<Side> Conversation::sides() const {
  if (has_right()) return {Side::kLeft, Side::kRight};
  return {Side::kLeft};
}

bool HasEnded(const Conversation& conversation, const StoredTurn& turn) {
  const auto sides = conversation.sides();
  return std::all_of(sides.begin(), sides.end(),
                     [&](Side side) { return turn.side(side).has_value(); });
}

std::optional<SideEnd> EndAt(const StoredTurn& turn, Side side, absl::Time now) {
  if (turn.side(side).has_value()) return turn.side(side)->end;
  if (now > turn.deadline) return SideEnd::kFailed;
  return std::nullopt;
}

}  // namespace arena::model_gateway
