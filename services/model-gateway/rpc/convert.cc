#include "services/model-gateway/rpc/convert.h"

#include <string>
#include <utility>

namespace arena::model_gateway {

std::vector<v1::StreamRepliesResponse> EventsOf(const Conversation& conversation,
                                                const StoredTurn& turn) {
  std::vector<v1::StreamRepliesResponse> events;
  for (const Side side : conversation.sides()) {
    const StoredReply reply = turn.side(side).value_or(StoredReply{});
    v1::StreamRepliesResponse event;
    event.set_side(static_cast<v1::Side>(side));
    event.set_turn(turn.turn);
    event.set_sequence(1);
    if (!reply.text.empty()) {
      event.mutable_delta()->set_text(reply.text);
      events.push_back(event);
      event.set_sequence(2);
    }
    event.mutable_finished()->set_end(static_cast<v1::SideEnd>(reply.end));
    events.push_back(std::move(event));
  }
  return events;
}

v1::GetConversationResponse ToProto(const Conversation& conversation, absl::Time now) {
  v1::GetConversationResponse response;
  response.set_battle_id(conversation.id.ToString());
  for (const StoredTurn& turn : conversation.turns) {
    v1::ConversationTurn& out = *response.add_turns();
    out.set_turn(turn.turn);
    out.set_prompt(turn.prompt);
    for (const Side side : conversation.sides()) {
      const auto end = EndAt(turn, side, now);
      if (!end.has_value()) continue;
      v1::SideReply& reply = side == Side::kLeft ? *out.mutable_left() : *out.mutable_right();
      reply.set_end(static_cast<v1::SideEnd>(*end));
      if (turn.side(side).has_value()) reply.set_text(turn.side(side)->text);
    }
  }
  return response;
}

}  // namespace arena::model_gateway
