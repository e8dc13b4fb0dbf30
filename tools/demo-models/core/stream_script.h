#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "tools/demo-models/core/answer.h"
#include "tools/demo-models/core/fault.h"

namespace arena::demo {

// What a server does next for an answer.
struct Step {
  enum class Action {
    // Wait `delay`, then send `bytes` of the body, if any.
    kSend,
    // Send nothing more; wait for the client to leave.
    kStall,
    // Close the connection in the middle of the body.
    kCut,
    // Send `bytes` and end the body as HTTP wants it, in one go: a client that leaves on seeing the
    // last event leaves after the end.
    kEnd,
  };
  Action action = Action::kEnd;
  std::chrono::microseconds delay{0};
  std::string bytes;
  // Whether text of the model begins in these bytes.
  bool is_delta = false;
};

// One answer of a model, as the script should send it.
struct Answering {
  std::string id;
  int64_t created_unix_s = 0;
  std::string model;
  bool is_stream = false;
  bool has_usage = false;
  Reply reply;
  std::optional<Fault> fault;
  // Delays are divided by it; 0 means none.
  double speed = 1;
  // For kStamp.
  std::function<int64_t()> monotonic_us;
};

// The body of an answer as a row of steps, made one by one, so that a flood needs no memory. It
// does no I/O and reads no clock, but for the stamps. After kStall, kCut or kEnd there is no next
// step.
class StreamScript {
 public:
  explicit StreamScript(Answering answering);
  Step Next();
  bool is_stream() const { return answering_.is_stream; }

 private:
  enum class Phase { kStart, kContent, kFinish, kUsage, kDone };

  // Each produces at least one step.
  void Produce();
  void ProduceContent();
  void ProduceFlood();
  void ProduceWhole();
  // The fault that strikes after `trip_at_` deltas; whether it added steps.
  bool Trip();

  void ApplyToReply();
  bool Has(FaultKind kind) const;
  void Send(std::string bytes, std::chrono::microseconds delay, bool is_delta);
  void SendEvent(const std::string& json, std::chrono::microseconds delay, bool is_delta = false);
  void SendDelta(const Chunk& chunk);
  void Finish(Step::Action action, std::string bytes = "");
  std::string Framed(const std::string& json) const;
  std::string Event(const std::string& choices, const std::string& usage) const;

  Answering answering_;
  // Everything of an event before its list of choices.
  std::string event_prefix_;
  Phase phase_ = Phase::kStart;
  size_t next_chunk_ = 0;
  size_t trip_at_ = SIZE_MAX;
  int64_t flood_left_ = 0;
  std::deque<Step> steps_;
};

}  // namespace arena::demo
