#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arena/v1/model_gateway_service.pb.h"
#include "common/domain/battle.h"
#include "common/rpc/calls/server_stream.h"
#include "services/model-gateway/metrics.h"

namespace arena::model_gateway {

using ReplyStream = rpc::ServerStream<v1::StreamRepliesResponse>;

// How the streams of StreamReplies are opened: little waits inside of gRPC, since text is better
// kept by side; and a stored turn fits whole.
rpc::StreamOptions ReplyStreamOptions();

// Turns what both sides say into events. Text waits here, apart for each side, until it may go out
// (the turn's start is committed) and can (the client reads); sides take turns, so that one that
// says much does not hold the other. Confined to one thread.
class EventWriter {
 public:
  // Events carry `turn`; `sides` are those that answer.
  EventWriter(std::shared_ptr<ReplyStream> stream, int turn, std::vector<Side> sides,
              Metrics& metrics);

  // From here on events go out.
  void Open() { is_open_ = true; }
  // The client reads again.
  void SetWritable() { is_writable_ = true; }
  // Nothing goes out any more; what waits is dropped.
  void Close();

  // The next piece of a side: whole characters of UTF-8.
  void AddText(Side side, std::string_view text);
  // The side's last event, after its text.
  void AddEnd(Side side, SideEnd end);

  // Writes what may and can go out.
  void Flush();

  // Text that waits, in bytes.
  size_t waiting(Side side) const { return lane(side).waiting.size(); }
  // Whether all sides have sent their last event.
  bool is_complete() const;

 private:
  struct Lane {
    Side side;
    bool is_used = false;
    std::string waiting;
    std::chrono::steady_clock::time_point waiting_since;
    std::optional<SideEnd> end;
    int64_t sequence = 0;
    bool has_sent_end = false;
  };

  Lane& lane(Side side) { return lanes_[side == Side::kLeft ? 0 : 1]; }
  const Lane& lane(Side side) const { return lanes_[side == Side::kLeft ? 0 : 1]; }
  // Writes the lane's next event; false when there is none.
  bool WriteNext(Lane& lane);
  void Send(Lane& lane, v1::StreamRepliesResponse event);

  const std::shared_ptr<ReplyStream> stream_;
  const int turn_;
  Metrics& metrics_;
  std::array<Lane, 2> lanes_;
  bool is_open_ = false;
  bool is_writable_ = true;
  bool is_closed_ = false;
};

}  // namespace arena::model_gateway
