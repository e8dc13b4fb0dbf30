#include "tools/demo-models/core/stream_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace arena::demo {
namespace {

using nlohmann::json;
using std::chrono::microseconds;

constexpr size_t kFloodBytes = 16 << 10;
constexpr std::string_view kGarbage = "{\"choices\":[{\"delta\":{\"content\":\"unfin";
// A lone continuation, an impossible byte, a cut character.
constexpr std::string_view kNoUtf8 = "\x80\xff\xe2\x82";

std::string Quoted(std::string_view text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

// Splits into single characters of the same pace.
std::vector<Chunk> Drip(const std::string& text, microseconds delay) {
  std::vector<Chunk> chunks;
  for (const char c : text) {
    const bool continues = (static_cast<unsigned char>(c) & 0xc0) == 0x80;
    if (!continues || chunks.empty()) chunks.push_back({"", 1, delay});
    chunks.back().text += c;
  }
  return chunks;
}

std::string UsageJson(const Reply& reply) {
  return fmt::format(R"({{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{}}})",
                     reply.prompt_tokens, reply.Tokens(), reply.prompt_tokens + reply.Tokens());
}

}  // namespace

StreamScript::StreamScript(Answering answering) : answering_(std::move(answering)) {
  ApplyToReply();
  const std::string_view object =
      answering_.is_stream ? "chat.completion.chunk" : "chat.completion";
  event_prefix_ = fmt::format(R"({{"id":{},"object":"{}","created":{},"model":{},"choices":)",
                              Quoted(answering_.id), object, answering_.created_unix_s,
                              Quoted(answering_.model));
}

Step StreamScript::Next() {
  if (steps_.empty()) Produce();
  Step step = std::move(steps_.front());
  steps_.pop_front();
  return step;
}

bool StreamScript::Has(FaultKind kind) const {
  return answering_.fault.has_value() && answering_.fault->kind == kind;
}

void StreamScript::ApplyToReply() {
  Reply& reply = answering_.reply;
  std::vector<Chunk>& chunks = reply.chunks;
  for (Chunk& chunk : chunks) {
    chunk.delay = answering_.speed > 0
                      ? microseconds(static_cast<int64_t>(static_cast<double>(chunk.delay.count()) /
                                                          answering_.speed))
                      : microseconds(0);
  }
  if (!answering_.fault.has_value()) return;
  const int64_t amount = answering_.fault->amount;
  switch (answering_.fault->kind) {
    case FaultKind::kEmpty:
      chunks.clear();
      break;
    case FaultKind::kLength:
    case FaultKind::kContentFilter:
      chunks.resize((chunks.size() + 1) / 2);
      reply.finish_reason = Has(FaultKind::kLength) ? "length" : "content_filter";
      break;
    case FaultKind::kDrip:
      chunks = Drip(reply.Text(), std::chrono::milliseconds(amount));
      break;
    case FaultKind::kHugeLine:
      chunks = {{std::string(static_cast<size_t>(amount), 'x'), 1, microseconds(0)}};
      break;
    case FaultKind::kFlood:
      flood_left_ = amount;
      break;
    case FaultKind::kStallBeforeFirst:
    case FaultKind::kStallAfter:
    case FaultKind::kCutAfter:
    case FaultKind::kEndAfter:
    case FaultKind::kErrorAfter:
    case FaultKind::kGarbageAfter:
      // A reply that is shorter fails at its end.
      trip_at_ = std::min(static_cast<size_t>(amount), chunks.size());
      break;
    default:
      break;
  }
}

void StreamScript::Produce() {
  switch (phase_) {
    case Phase::kStart:
      phase_ = Phase::kContent;
      if (Has(FaultKind::kStallBeforeHeaders)) return Finish(Step::Action::kStall);
      if (!answering_.is_stream) return ProduceWhole();
      return SendEvent(
          Event(R"([{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}])",
                "null"),
          microseconds(0));
    case Phase::kContent:
      return ProduceContent();
    case Phase::kFinish:
      phase_ = Phase::kUsage;
      SendEvent(Event(fmt::format(R"([{{"index":0,"delta":{{}},"finish_reason":"{}"}}])",
                                  answering_.reply.finish_reason),
                      "null"),
                microseconds(0));
      if (Has(FaultKind::kNoDone)) Finish(Step::Action::kCut);
      return;
    case Phase::kUsage:
      phase_ = Phase::kDone;
      if (!answering_.has_usage) return Produce();
      return SendEvent(Event("[]", UsageJson(answering_.reply)), microseconds(0));
    case Phase::kDone:
      return Finish(Step::Action::kEnd, Framed("[DONE]"));
  }
}

void StreamScript::ProduceContent() {
  if (flood_left_ > 0) return ProduceFlood();
  if (next_chunk_ == trip_at_ && Trip()) return;
  if (next_chunk_ < answering_.reply.chunks.size()) {
    Chunk& chunk = answering_.reply.chunks[next_chunk_];
    // A stamp is taken after the wait.
    if (Has(FaultKind::kStamp) && chunk.delay.count() > 0) {
      return Send("", std::exchange(chunk.delay, microseconds(0)), false);
    }
    ++next_chunk_;
    return SendDelta(chunk);
  }
  phase_ = Phase::kFinish;
  Produce();
}

void StreamScript::ProduceFlood() {
  const auto size = std::min(flood_left_, static_cast<int64_t>(kFloodBytes));
  flood_left_ -= size;
  SendDelta({std::string(static_cast<size_t>(size), 'x'), 1, microseconds(0)});
}

bool StreamScript::Trip() {
  trip_at_ = SIZE_MAX;
  switch (answering_.fault->kind) {
    case FaultKind::kStallBeforeFirst:
    case FaultKind::kStallAfter:
      Finish(Step::Action::kStall);
      return true;
    case FaultKind::kCutAfter:
      Finish(Step::Action::kCut);
      return true;
    case FaultKind::kEndAfter:
      Finish(Step::Action::kEnd);
      return true;
    case FaultKind::kErrorAfter:
      SendEvent(
          fmt::format(
              R"({{"error":{{"message":"Model {} with key {} failed.","type":"server_error"}}}})",
              answering_.model, kFakeKey),
          microseconds(0));
      Finish(Step::Action::kEnd);
      return true;
    case FaultKind::kGarbageAfter:
      SendEvent(std::string(kGarbage), microseconds(0));
      return true;
    default:
      return false;
  }
}

void StreamScript::ProduceWhole() {
  const Reply& reply = answering_.reply;
  microseconds delay{0};
  for (const Chunk& chunk : reply.chunks) delay += chunk.delay;
  const std::string body = Event(
      fmt::format(
          R"([{{"index":0,"message":{{"role":"assistant","content":{}}},"finish_reason":"{}"}}])",
          Quoted(reply.Text()), reply.finish_reason),
      UsageJson(reply));
  const bool is_cut = Has(FaultKind::kCutAfter) || Has(FaultKind::kEndAfter) ||
                      Has(FaultKind::kNoDone) || Has(FaultKind::kErrorAfter);
  const bool is_stalled = Has(FaultKind::kStallAfter) || Has(FaultKind::kStallBeforeFirst);
  if (!is_cut && !is_stalled) {
    Send(body, delay, true);
    return Finish(Step::Action::kEnd);
  }
  Send(body.substr(0, body.size() / 2), delay, true);
  Finish(is_cut ? Step::Action::kCut : Step::Action::kStall);
}

std::string StreamScript::Event(const std::string& choices, const std::string& usage) const {
  if (answering_.is_stream && !answering_.has_usage) {
    return fmt::format("{}{}}}", event_prefix_, choices);
  }
  return fmt::format(R"({}{},"usage":{}}})", event_prefix_, choices, usage);
}

void StreamScript::SendDelta(const Chunk& chunk) {
  std::string content = Quoted(chunk.text);
  if (Has(FaultKind::kInvalidUtf8) && next_chunk_ == 1) content.insert(1, kNoUtf8);
  if (Has(FaultKind::kStamp)) content = fmt::format("\"{} \"", answering_.monotonic_us());
  SendEvent(Event(fmt::format(R"([{{"index":0,"delta":{{"content":{}}},"finish_reason":null}}])",
                              content),
                  "null"),
            chunk.delay, true);
}

void StreamScript::SendEvent(const std::string& json, microseconds delay, bool is_delta) {
  Send(Framed(json), delay, is_delta);
}

std::string StreamScript::Framed(const std::string& json) const {
  if (!Has(FaultKind::kQuirks)) return fmt::format("data: {}\n\n", json);
  // JSON may break after its first brace; a reader joins data lines with a line feed.
  std::string data = "data:" + json;
  if (json.starts_with('{')) data.insert(sizeof("data:{") - 1, "\r\ndata:");
  return fmt::format(": keep-alive\r\nevent: message\r\nid: 1\r\n{}\r\n\r\n", data);
}

void StreamScript::Send(std::string bytes, microseconds delay, bool is_delta) {
  if (!Has(FaultKind::kFragment)) {
    steps_.push_back({Step::Action::kSend, delay, std::move(bytes), is_delta});
    return;
  }
  const auto size = static_cast<size_t>(answering_.fault->amount);
  for (size_t at = 0; at < bytes.size(); at += size) {
    steps_.push_back({Step::Action::kSend, at == 0 ? delay : microseconds(0),
                      bytes.substr(at, size), is_delta && at == 0});
  }
}

void StreamScript::Finish(Step::Action action, std::string bytes) {
  // Whatever is fragmented goes before an end of its own.
  if (Has(FaultKind::kFragment)) Send(std::exchange(bytes, ""), microseconds(0), false);
  steps_.push_back({action, microseconds(0), std::move(bytes), false});
}

}  // namespace arena::demo
