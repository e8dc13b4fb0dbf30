#include "services/model-gateway/core/conversation.h"

namespace arena::model_gateway {

std::vector<Side> Conversation::sides() const {
  if (has_right()) return {Side::kLeft, Side::kRight};
  return {Side::kLeft};
}

std::optional<SideEnd> EndAt(const StoredTurn& turn, Side side, absl::Time now) {
  if (turn.side(side).has_value()) return turn.side(side)->end;
  if (now > turn.deadline) return SideEnd::kFailed;
  return std::nullopt;
}

}  // namespace arena::model_gateway
