#include "services/model-gateway/provider/model_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/lifecycle/log.h"

namespace arena::model_gateway {
namespace {

// How long a provider that has finished its reply is still listened to for the usage, and how long
// its connection may take to become free for another request.
constexpr absl::Duration kUsageWait = absl::Seconds(1);
constexpr absl::Duration kDiscardWait = absl::Seconds(1);

constexpr int kHttpOk = 200;
constexpr std::string_view kEventStream = "text/event-stream";

}  // namespace

ModelCall::ModelCall(HttpLoop& loop, ChunkDecoder& decoder, ModelEndpoints target,
                     std::vector<ChatMessage> messages, HttpLoop::Clock::time_point latest_end,
                     Callbacks callbacks)
    : loop_(loop),
      decoder_(decoder),
      target_(std::move(target)),
      messages_(std::move(messages)),
      latest_end_(latest_end),
      callbacks_(std::move(callbacks)) {}

ModelCall::~ModelCall() {
  DisarmTimers();
  if (transfer_.has_value()) loop_.Cancel(*transfer_);
}

void ModelCall::Start() {
  start_time_ = Clock::now();
  // A timer, so that no callback comes before Start returns.
  end_timer_ = loop_.At(start_time_, [this] {
    end_timer_.reset();
    if (target_.endpoints.empty()) {
      lifecycle::LogWarn("A model has no endpoint.",
                         {{"model_id", static_cast<int>(target_.model)}});
      End(SideEnd::kFailed);
    } else {
      StartAttempt();
    }
  });
}

void ModelCall::Stop(SideEnd end) {
  if (!has_ended_) End(end);
}

void ModelCall::Pause() {
  is_paused_ = true;
  if (transfer_.has_value()) loop_.Pause(*transfer_);
}

void ModelCall::Resume() {
  is_paused_ = false;
  if (transfer_.has_value()) loop_.Resume(*transfer_);
}

void ModelCall::StartAttempt() {
  result_.endpoint = endpoint().url;
  const auto api_key = FindApiKey(endpoint());
  if (!api_key.has_value()) return FailAttempt(SideEnd::kFailed, "the key is missing");
  transfer_ = loop_.Start(MakeChatRequest(endpoint(), *api_key, messages_), *this);
  ArmTimers();
}

void ModelCall::ArmTimers() {
  first_token_timer_ = loop_.After(endpoint().first_token_timeout, [this] {
    first_token_timer_.reset();
    FailAttempt(SideEnd::kTimedOut, "no first token in time");
  });
  const auto end_time = start_time_ + absl::ToChronoMicroseconds(endpoint().total_timeout);
  end_timer_ = loop_.At(std::min(end_time, latest_end_), [this] {
    end_timer_.reset();
    // While the client does not read, the provider is made to wait: then the time is not its fault.
    End(is_paused_ ? SideEnd::kCancelled : SideEnd::kTimedOut);
  });
}

void ModelCall::DisarmTimers() {
  if (first_token_timer_.has_value()) loop_.CancelTimer(*first_token_timer_);
  if (end_timer_.has_value()) loop_.CancelTimer(*end_timer_);
  first_token_timer_.reset();
  end_timer_.reset();
}

void ModelCall::OnHead(int http_status, std::string_view content_type) {
  if (http_status != kHttpOk) {
    FailAttempt(SideEnd::kFailed, fmt::format("HTTP status {}", http_status));
  } else if (!content_type.starts_with(kEventStream)) {
    FailAttempt(SideEnd::kFailed, "the answer is no event stream");
  } else {
    reader_.emplace(decoder_);
  }
}

void ModelCall::OnBody(std::string_view bytes) {
  if (!reader_.has_value()) return;
  const bool had_said_end = reader_->has_said_end();
  std::string text;
  reader_->Read(bytes, text);
  HandOn(text);
  if (!has_ended_) Advance(had_said_end);
}

// The owner may stop the call when it gets the text.
void ModelCall::HandOn(std::string_view text) {
  if (text.empty()) return;
  if (!result_.first_token.has_value()) {
    result_.first_token = absl::FromChrono(Clock::now() - start_time_);
    if (first_token_timer_.has_value()) loop_.CancelTimer(*first_token_timer_);
    first_token_timer_.reset();
  }
  callbacks_.on_text(text);
}

void ModelCall::Advance(bool had_said_end) {
  if (reader_->is_over()) {
    Close("an error or garbage in the stream");
  } else if (reader_->has_said_end() && !had_said_end) {
    DisarmTimers();
    end_timer_ = loop_.After(kUsageWait, [this] {
      end_timer_.reset();
      Close("");
    });
  }
}

void ModelCall::OnEnd(const absl::Status& status) {
  transfer_.reset();
  const std::string cause(status.message());
  if (!reader_.has_value()) return FailAttempt(SideEnd::kFailed, cause);
  Close(cause.empty() ? "the stream ended early" : cause);
}

// Nothing more will be read: the reply ends as it says, or the attempt has failed.
void ModelCall::Close(std::string_view cause) {
  std::string rest;
  const SideEnd end = reader_->Close(rest);
  HandOn(rest);
  if (has_ended_) return;
  if (end == SideEnd::kFailed || end == SideEnd::kTruncated) return FailAttempt(end, cause);
  End(end);
}

void ModelCall::FailAttempt(SideEnd end, std::string_view cause) {
  lifecycle::LogWarn("A provider failed.", {{"model_id", static_cast<int>(target_.model)},
                                            {"endpoint", result_.endpoint},
                                            {"attempt", attempt_ + 1},
                                            {"cause", cause}});
  if (result_.first_token.has_value() || attempt_ + 1 >= target_.endpoints.size()) {
    return End(end);
  }
  DisarmTimers();
  if (transfer_.has_value()) loop_.Cancel(*transfer_);
  transfer_.reset();
  reader_.reset();
  ++attempt_;
  StartAttempt();
}

void ModelCall::End(SideEnd end) {
  DisarmTimers();
  if (transfer_.has_value()) {
    const bool is_whole = IsFullReply(end) && reader_.has_value() && reader_->is_over();
    is_whole ? loop_.Discard(*transfer_, kDiscardWait) : loop_.Cancel(*transfer_);
  }
  transfer_.reset();
  has_ended_ = true;
  result_.end = end;
  result_.total = absl::FromChrono(Clock::now() - start_time_);
  if (reader_.has_value()) result_.tokens = reader_->tokens();
  callbacks_.on_end(result_);
}

}  // namespace arena::model_gateway
