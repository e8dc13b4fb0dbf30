#include "services/model-gateway/rpc/turn_stream.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/lifecycle/log.h"
#include "services/model-gateway/core/errors.h"
#include "services/model-gateway/core/style.h"
#include "services/model-gateway/core/utf8.h"

namespace arena::model_gateway {
namespace {

CallResult Cancelled(std::string endpoint, absl::Duration total) {
  return {.end = SideEnd::kCancelled, .endpoint = std::move(endpoint), .total = total};
}

}  // namespace

absl::Status LostTurn(const TurnStart& lost, const Uuid& request_id, const Sha256Digest& digest) {
  if (request_id != lost.request_id) return TurnInProgress();
  if (digest != lost.prompt_digest) return RequestIdReused();
  return StreamElsewhere();
}

TurnStream::TurnStream(TurnTools tools, TurnPlan plan, std::shared_ptr<ReplyStream> stream,
                       Places::Place place)
    : tools_(tools),
      plan_(std::move(plan)),
      stream_(std::move(stream)),
      place_(std::move(place)),
      events_(stream_, plan_.start.turn, plan_.conversation.sides(), tools_.metrics),
      draw_number_(plan_.conversation.draw_number) {
  for (const Side side : plan_.conversation.sides()) {
    replies_.push_back({.side = side, .draw_number = draw_number_});
    replies_.back().target = plan_.targets[replies_.size() - 1];
  }
}

void TurnStream::Begin() {
  Post([this] { BeginOnLoop(); });
}

void TurnStream::ClientLeft() {
  Post([this] {
    is_unheard_ = true;
    events_.Close();
    for (Reply& each : replies_) StopReply(each);
    Advance();
  });
}

void TurnStream::BecameWritable() {
  Post([this] {
    events_.SetWritable();
    Advance();
  });
}

void TurnStream::StopReplies(std::optional<Side> side) {
  Post([this, side] {
    for (Reply& each : replies_) {
      if (!side.has_value() || each.side == *side) StopReply(each);
    }
    Advance();
  });
}

void TurnStream::Post(std::function<void()> task) {
  tools_.loop.Post([self = shared_from_this(), task = std::move(task)] {
    if (!self->is_over_) task();
  });
}

void TurnStream::BeginOnLoop() {
  tools_.metrics.StreamBegan();
  begin_time_ = HttpLoop::Clock::now();
  // Its client left while it waited to begin: it leaves no trace, and may be asked again.
  if (is_unheard_) return Fail(absl::CancelledError());
  for (Reply& each : replies_) {
    if (!each.has_ended()) StartCall(each);  // it may have been stopped before
  }
  ClaimTurn();
}

void TurnStream::ClaimTurn() {
  tools_.store.StartTurn(
      plan_.start, [self = shared_from_this()](absl::StatusOr<StartOutcome> outcome) {
        self->Post([self = self.get(), outcome = std::move(outcome)] { self->OnStarted(outcome); });
      });
}

void TurnStream::OnStarted(absl::StatusOr<StartOutcome> outcome) {
  // The turn may be ours though the answer was lost, and then nobody else can end it.
  if (!outcome.ok() && MayStoreAgain(outcome.status(), begin_time_)) return ClaimTurn();
  if (!outcome.ok()) return Fail(outcome.status());
  if (!outcome->is_ours)
    return Fail(LostTurn(plan_.start, outcome->request_id, outcome->prompt_digest));
  is_started_ = true;
  events_.Open();
  for (Reply& each : replies_) {
    if (each.has_ended()) Store(each);
  }
  RedrawNext();
  Advance();
}

void TurnStream::StartCall(Reply& reply) {
  const auto latest_end = begin_time_ + absl::ToChronoMicroseconds(plan_.longest);
  reply.calls.push_back(std::make_unique<ModelCall>(
      tools_.loop, tools_.decoder, reply.target,
      MessagesFor(plan_.conversation, reply.side, plan_.start.prompt), latest_end,
      ModelCall::Callbacks{
          .on_text = [this, &reply](std::string_view text) { OnText(reply, text); },
          .on_end = [this, &reply](CallResult result) { OnCallEnded(reply, std::move(result)); }}));
  reply.calls.back()->Start();
}

void TurnStream::OnText(Reply& reply, std::string_view text) {
  if (reply.text.empty()) {
    tools_.metrics.FirstToken(absl::FromChrono(HttpLoop::Clock::now() - begin_time_));
  }
  const size_t room = limits::kReplyBytes - reply.text.size();
  const std::string_view kept = text.substr(0, PrefixLength(text, room));
  reply.text.append(kept);
  events_.AddText(reply.side, kept);
  events_.Flush();
  if (kept.size() < text.size()) return reply.calls.back()->Stop(SideEnd::kLength);
  if (!reply.is_paused && events_.waiting(reply.side) >= limits::kSideBufferBytes) {
    reply.is_paused = true;
    tools_.metrics.ProviderPaused();
    reply.calls.back()->Pause();
  }
}

void TurnStream::OnCallEnded(Reply& reply, CallResult result) {
  if (!MayRedraw(reply, result)) return EndReply(reply, std::move(result));
  reply.is_being_redrawn = true;
  reply.result = std::move(result);
  RedrawNext();
}

bool TurnStream::MayRedraw(const Reply& reply, const CallResult& result) const {
  // Another model needs some of the turn's time, or it would be named without having had a chance.
  const bool has_time =
      HttpLoop::Clock::now() < begin_time_ + absl::ToChronoMicroseconds(plan_.longest);
  return result.has_failed_before_first_token() && !reply.was_redrawn && !is_unheard_ && has_time &&
         plan_.start.turn == 1 && plan_.conversation.mode == BattleMode::kAnonymous;
}

void TurnStream::RedrawNext() {
  // Who does not own the turn must not change its draw.
  if (!is_started_ || is_redrawing_) return;
  const auto next = std::find_if(replies_.begin(), replies_.end(), [](const Reply& each) {
    return each.is_being_redrawn && !each.was_redrawn;
  });
  if (next == replies_.end()) return;
  is_redrawing_ = true;
  next->was_redrawn = true;
  tools_.redraws.RedrawSide(
      plan_.conversation.id, next->side, draw_number_,
      [self = shared_from_this(), &reply = *next](absl::StatusOr<Redraw> redraw) {
        self->Post([self = self.get(), &reply, redraw = std::move(redraw)] {
          self->OnRedrawn(reply, redraw);
        });
      });
}

void TurnStream::OnRedrawn(Reply& reply, absl::StatusOr<Redraw> redraw) {
  is_redrawing_ = false;
  tools_.metrics.Redrew(redraw.ok());
  if (!redraw.ok()) {
    lifecycle::LogWarn("A side could not be drawn again.", {{"reason", ReasonOf(redraw.status())}});
    return GiveUpRedraw(reply);
  }
  draw_number_ = redraw->draw_number;
  RedrawNext();
  if (!reply.is_being_redrawn) return;  // stopped meanwhile
  reply.draw_number = redraw->draw_number;
  reply.target = {.model = redraw->model};
  const absl::Status accepted =
      tools_.readers.Run([self = shared_from_this(), &reply, model = redraw->model] {
        auto targets = self->tools_.store.ReadEndpoints({model});
        self->Post([self = self.get(), &reply, targets = std::move(targets)] {
          self->OnRedrawnEndpoints(reply, targets);
        });
      });
  if (!accepted.ok()) GiveUpRedraw(reply);
}

void TurnStream::OnRedrawnEndpoints(Reply& reply,
                                    absl::StatusOr<std::vector<ModelEndpoints>> targets) {
  if (!reply.is_being_redrawn) return;
  if (!targets.ok()) return GiveUpRedraw(reply);
  reply.is_being_redrawn = false;
  reply.result.reset();
  reply.target = std::move(targets->front());
  StartCall(reply);
}

// The side ends as its first model left it.
void TurnStream::GiveUpRedraw(Reply& reply) {
  if (reply.is_being_redrawn) EndReply(reply, *reply.result);
  RedrawNext();
}

void TurnStream::EndReply(Reply& reply, CallResult result) {
  reply.is_being_redrawn = false;
  reply.result = std::move(result);
  tools_.metrics.SideEnded(reply.result->end);
  if (is_started_) Store(reply);
}

void TurnStream::StopReply(Reply& reply) {
  if (reply.has_ended()) return;
  if (reply.is_being_redrawn) {
    EndReply(reply, Cancelled(reply.result->endpoint, reply.result->total));
  } else if (reply.calls.empty()) {
    EndReply(reply, Cancelled("", absl::ZeroDuration()));
  } else {
    reply.calls.back()->Stop(SideEnd::kCancelled);
  }
}

void TurnStream::Store(Reply& reply) {
  const CallResult& result = *reply.result;
  SideRecord record{.battle = plan_.conversation.id,
                    .turn = plan_.start.turn,
                    .side = reply.side,
                    .draw_number = reply.draw_number,
                    .model = reply.target.model,
                    .end = result.end,
                    .endpoint = result.endpoint,
                    .first_token = result.first_token,
                    .total = result.total,
                    .style = CountStyle(reply.text, result.tokens),
                    .prompt = plan_.prompt_facts,
                    .text = reply.text};
  tools_.store.FinishSide(
      std::move(record), [self = shared_from_this(), &reply](absl::Status status) {
        self->Post([self = self.get(), &reply, status] { self->OnStored(reply, status); });
      });
}

void TurnStream::OnStored(Reply& reply, const absl::Status& status) {
  // Given up, the side would stay open until the turn's deadline.
  if (MayStoreAgain(status, begin_time_ + absl::ToChronoMicroseconds(plan_.longest))) {
    return Store(reply);
  }
  reply.is_settled = true;
  if (!status.ok()) return Fail(status);
  events_.AddEnd(reply.side, reply.result->end);
  Advance();
}

bool TurnStream::MayStoreAgain(const absl::Status& status,
                               HttpLoop::Clock::time_point since) const {
  const std::string reason = ReasonOf(status);
  const bool may_be_done =
      reason == "STORAGE_UNAVAILABLE" || reason == "OUTCOME_UNKNOWN" || reason == "RACE_LOST";
  return (may_be_done || LimitOf(status) == "kPoolConnections") &&
         HttpLoop::Clock::now() < since + absl::ToChronoMicroseconds(limits::kStorePatience);
}

void TurnStream::Fail(const absl::Status& status) {
  is_unheard_ = true;
  events_.Close();
  stream_->Finish(status);
  for (Reply& each : replies_) {
    // A turn that is not ours leaves no trace.
    if (!is_started_) each.is_settled = true;
    StopReply(each);
  }
  Advance();
}

void TurnStream::Advance() {
  if (is_over_) return;
  events_.Flush();
  for (Reply& each : replies_) {
    if (!each.is_paused || events_.waiting(each.side) > limits::kSideBufferBytes / 2) continue;
    each.is_paused = false;
    each.calls.back()->Resume();
  }
  const bool is_settled = std::all_of(replies_.begin(), replies_.end(),
                                      [](const Reply& each) { return each.is_settled; });
  if (is_settled && (is_unheard_ || events_.is_complete())) Leave();
}

void TurnStream::Leave() {
  is_over_ = true;
  stream_->Finish(absl::OkStatus());
  tools_.metrics.StreamEnded();
  tools_.running.Remove(*this);
}

}  // namespace arena::model_gateway
