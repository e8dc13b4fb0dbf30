#pragma once

#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include "absl/status/statusor.h"
#include "common/rpc/calls/unreadable_request.h"

// Messages as bytes, for methods marked as raw: what many callers get is serialized once, and
// copies of the buffer share its memory.
namespace arena::rpc {

// REQUEST_UNREADABLE when the bytes are no such message.
template <typename Message>
absl::StatusOr<Message> ParseRaw(grpc::ByteBuffer bytes) {
  Message message;
  if (grpc::SerializationTraits<Message>::Deserialize(&bytes, &message).ok()) return message;
  return RequestUnreadable();
}

template <typename Message>
grpc::ByteBuffer SerializeRaw(const Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace arena::rpc
