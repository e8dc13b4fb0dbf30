#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "common/domain/battle.h"
#include "services/model-gateway/core/chunk_decoder.h"
#include "services/model-gateway/core/endpoint.h"
#include "services/model-gateway/core/reply_reader.h"
#include "services/model-gateway/provider/chat_request.h"
#include "services/model-gateway/provider/http_loop.h"

namespace arena::model_gateway {

// What became of a call.
struct CallResult {
  SideEnd end = SideEnd::kFailed;
  // Base address of the endpoint that was spoken to last.
  std::string endpoint;
  // From the beginning of the call to the first piece of text; nothing when there was none.
  std::optional<absl::Duration> first_token;
  absl::Duration total;
  // Tokens of the reply, as the provider counted.
  std::optional<int> tokens;

  // Nothing was said and not because nothing was to be said: another model may take the place.
  bool has_failed_before_first_token() const {
    return !first_token.has_value() &&
           (end == SideEnd::kFailed || end == SideEnd::kTimedOut || end == SideEnd::kTruncated);
  }
};

// One reply of one model. Its endpoints are tried in order as long as they fail before the first
// token; never another model. Confined to the loop's thread.
class ModelCall : private HttpListener {
 public:
  // `on_text` gets each piece of the reply, whole characters of valid UTF-8, and may call any
  // method. `on_end` is called exactly once, never before Start returns.
  struct Callbacks {
    std::function<void(std::string_view)> on_text;
    std::function<void(CallResult)> on_end;
  };

  // `loop` and `decoder` must outlive the call. After `latest_end` the call has timed out whatever
  // its endpoints allow.
  ModelCall(HttpLoop& loop, ChunkDecoder& decoder, ModelEndpoints target,
            std::vector<ChatMessage> messages, HttpLoop::Clock::time_point latest_end,
            Callbacks callbacks);
  ~ModelCall() override;
  ModelCall(const ModelCall&) = delete;
  ModelCall& operator=(const ModelCall&) = delete;

  void Start();
  // Closes the provider's connection at once; the call ends as `end`. Nothing when it has ended.
  void Stop(SideEnd end);
  // Makes the provider wait, and go on.
  void Pause();
  void Resume();

  bool has_ended() const { return has_ended_; }

 private:
  using Clock = HttpLoop::Clock;

  void OnHead(int http_status, std::string_view content_type) override;
  void OnBody(std::string_view bytes) override;
  void OnEnd(const absl::Status& status) override;

  void StartAttempt();
  // The endpoint has failed: the next one is tried unless something was said.
  void FailAttempt(SideEnd end, std::string_view cause);
  void HandOn(std::string_view text);
  // Acts on what was read of the reply.
  void Advance(bool had_said_end);
  void Close(std::string_view cause);
  void End(SideEnd end);
  void ArmTimers();
  void DisarmTimers();
  const Endpoint& endpoint() const { return target_.endpoints[attempt_]; }

  HttpLoop& loop_;
  ChunkDecoder& decoder_;
  const ModelEndpoints target_;
  const std::vector<ChatMessage> messages_;
  const Clock::time_point latest_end_;
  const Callbacks callbacks_;

  Clock::time_point start_time_;
  size_t attempt_ = 0;
  std::optional<HttpLoop::TransferId> transfer_;
  std::optional<HttpLoop::TimerId> first_token_timer_;
  std::optional<HttpLoop::TimerId> end_timer_;
  // There once the endpoint has begun a proper answer.
  std::optional<ReplyReader> reader_;
  CallResult result_;
  bool is_paused_ = false;
  bool has_ended_ = false;
};

}  // namespace arena::model_gateway
