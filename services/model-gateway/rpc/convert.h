#pragma once

#include <vector>

#include "absl/time/time.h"
#include "arena/v1/model_gateway_service.pb.h"
#include "services/model-gateway/core/conversation.h"
#include "services/model-gateway/storage/conversation_store.h"

namespace arena::model_gateway {

// The events of a turn that has ended: one delta a side, unless it is empty, and the side's end. A
// side that a crash left unfinished has failed.
std::vector<v1::StreamRepliesResponse> EventsOf(const Conversation& conversation,
                                                const StoredTurn& turn);

// The conversation as its frontend may see it at `now`; without names.
v1::GetConversationResponse ToProto(const Conversation& conversation, absl::Time now);

}  // namespace arena::model_gateway
