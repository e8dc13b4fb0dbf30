#include "services/model-gateway/rpc/event_writer.h"

#include <algorithm>
#include <utility>

#include "common/base/limits.h"
#include "services/model-gateway/core/utf8.h"

namespace arena::model_gateway {
namespace {

// Text of one event at most, so that the sides alternate in small steps.
constexpr size_t kDeltaBytes = 8 * 1024;

}  // namespace

rpc::StreamOptions ReplyStreamOptions() {
  return {.buffer_bytes = 32 * 1024, .most_bytes = 3 * limits::kReplyBytes};
}

EventWriter::EventWriter(std::shared_ptr<ReplyStream> stream, int turn, std::vector<Side> sides,
                         Metrics& metrics)
    : stream_(std::move(stream)), turn_(turn), metrics_(metrics) {
  lanes_[0].side = Side::kLeft;
  lanes_[1].side = Side::kRight;
  for (const Side side : sides) lane(side).is_used = true;
}

void EventWriter::Close() {
  is_closed_ = true;
  for (Lane& each : lanes_) each.waiting.clear();
}

void EventWriter::AddText(Side side, std::string_view text) {
  Lane& target = lane(side);
  if (is_closed_ || text.empty()) return;
  if (target.waiting.empty()) target.waiting_since = std::chrono::steady_clock::now();
  target.waiting.append(text);
}

void EventWriter::AddEnd(Side side, SideEnd end) { lane(side).end = end; }

void EventWriter::Flush() {
  bool has_written = true;
  while (has_written && is_open_ && is_writable_ && !is_closed_) {
    has_written = false;
    for (Lane& each : lanes_) has_written |= is_writable_ && WriteNext(each);
  }
}

bool EventWriter::is_complete() const {
  return std::all_of(lanes_.begin(), lanes_.end(),
                     [](const Lane& each) { return !each.is_used || each.has_sent_end; });
}

bool EventWriter::WriteNext(Lane& lane) {
  v1::StreamRepliesResponse event;
  if (!lane.waiting.empty()) {
    const size_t length = PrefixLength(lane.waiting, kDeltaBytes);
    event.mutable_delta()->set_text(lane.waiting.substr(0, length));
    lane.waiting.erase(0, length);
    metrics_.Passed(absl::FromChrono(std::chrono::steady_clock::now() - lane.waiting_since));
  } else if (lane.end.has_value() && !lane.has_sent_end) {
    event.mutable_finished()->set_end(static_cast<v1::SideEnd>(*lane.end));
    lane.has_sent_end = true;
  } else {
    return false;
  }
  Send(lane, std::move(event));
  return true;
}

void EventWriter::Send(Lane& lane, v1::StreamRepliesResponse event) {
  event.set_side(static_cast<v1::Side>(lane.side));
  event.set_sequence(++lane.sequence);
  event.set_turn(turn_);
  switch (stream_->Write(std::move(event))) {
    case rpc::WriteResult::kTaken:
      break;
    case rpc::WriteResult::kPause:
      is_writable_ = false;
      break;
    case rpc::WriteResult::kClosed:  // the stream's cancellation follows, and ends the turn
      Close();
      break;
  }
}

}  // namespace arena::model_gateway
