#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "arena/v1/model_gateway_service.grpc.pb.h"

namespace arena::model_gateway {

// What one call of StreamReplies has said so far, and a check of what every stream promises:
// sequences without gap, no empty delta, valid UTF-8, nothing after a side's end, no header and no
// trailer but the details of an error.
struct Transcript {
  std::map<v1::Side, std::string> text;
  std::map<v1::Side, v1::SideEnd> end;
  std::map<v1::Side, int64_t> sequence;
  // All bytes of all events and the status; for searching names.
  std::string everything;
  int turn = 0;
  int deltas = 0;
  absl::Status status;
};

// One call, read by one thread.
class ReplyCall {
 public:
  ReplyCall(v1::ModelGatewayService::Stub& stub, const v1::StreamRepliesRequest& request);
  ~ReplyCall() { Leave(); }

  // Reads the next event; false at the end of the stream, when the status is known.
  bool ReadNext();
  // Reads until a side's text has that many bytes, or its end; false when the stream ends before.
  bool ReadUntilText(v1::Side side, size_t bytes);
  bool ReadUntilEnd(v1::Side side);
  const Transcript& ReadAll();
  // The client goes away.
  void Leave() { context_.TryCancel(); }

  const Transcript& transcript() const { return transcript_; }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::StreamRepliesResponse>> reader_;
  Transcript transcript_;
  bool is_finished_ = false;
};

}  // namespace arena::model_gateway
