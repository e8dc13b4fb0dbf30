#include "tests/integration/model_gateway/reply_call.h"

#include <gtest/gtest.h>

#include "common/rpc/channel.h"
#include "common/rpc/grpc_status.h"
#include "services/model-gateway/core/utf8.h"

namespace arena::model_gateway {

ReplyCall::ReplyCall(v1::ModelGatewayService::Stub& stub, const v1::StreamRepliesRequest& request) {
  rpc::SetDeadline(context_, absl::Seconds(60));
  reader_ = stub.StreamReplies(&context_, request);
}

bool ReplyCall::ReadNext() {
  if (is_finished_) return false;
  v1::StreamRepliesResponse event;
  if (!reader_->Read(&event)) {
    is_finished_ = true;
    const grpc::Status status = reader_->Finish();
    transcript_.status = rpc::FromGrpcStatus(status);
    transcript_.everything += status.error_message() + status.error_details();
    // Blindness: what gRPC itself adds, for the details above, and nothing beyond.
    EXPECT_TRUE(context_.GetServerInitialMetadata().empty());
    for (const auto& [key, value] : context_.GetServerTrailingMetadata()) {
      EXPECT_EQ(key, "grpc-status-details-bin");
      EXPECT_EQ(value, status.error_details());
    }
    return false;
  }
  const v1::Side side = event.side();
  EXPECT_EQ(event.sequence(), ++transcript_.sequence[side]);
  EXPECT_FALSE(transcript_.end.contains(side)) << "an event after the side's end";
  transcript_.turn = event.turn();
  transcript_.everything += event.SerializeAsString();
  if (event.has_delta()) {
    EXPECT_FALSE(event.delta().text().empty());
    EXPECT_TRUE(IsCleanUtf8(event.delta().text()));
    transcript_.text[side] += event.delta().text();
    ++transcript_.deltas;
  } else {
    transcript_.end[side] = event.finished().end();
  }
  return true;
}

bool ReplyCall::ReadUntilText(v1::Side side, size_t bytes) {
  while (transcript_.text[side].size() < bytes && !transcript_.end.contains(side)) {
    if (!ReadNext()) return false;
  }
  return true;
}

bool ReplyCall::ReadUntilEnd(v1::Side side) {
  while (!transcript_.end.contains(side)) {
    if (!ReadNext()) return false;
  }
  return true;
}

const Transcript& ReplyCall::ReadAll() {
  while (ReadNext()) {
  }
  return transcript_;
}

}  // namespace arena::model_gateway
