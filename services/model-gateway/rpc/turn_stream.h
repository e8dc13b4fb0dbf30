#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/server/worker_pool.h"
#include "services/model-gateway/core/conversation.h"
#include "services/model-gateway/core/prompt_facts.h"
#include "services/model-gateway/metrics.h"
#include "services/model-gateway/provider/model_call.h"
#include "services/model-gateway/rpc/event_writer.h"
#include "services/model-gateway/rpc/redraw_client.h"
#include "services/model-gateway/rpc/running_turns.h"
#include "services/model-gateway/storage/conversation_store.h"

namespace arena::model_gateway {

// What turns are answered with; all of it outlives them.
struct TurnTools {
  HttpLoop& loop;
  ChunkDecoder& decoder;
  ConversationStore& store;
  rpc::WorkerPool& readers;
  RedrawClient& redraws;
  RunningTurns& running;
  Metrics& metrics;
};

// A turn that may be started: its rules are checked.
struct TurnPlan {
  Conversation conversation;
  TurnStart start;
  // How long the turn may be answered from now on; somewhat before the deadline in `start`.
  absl::Duration longest;
  PromptFacts prompt_facts;
  // Of the left model and, unless the mode is direct, the right one.
  std::vector<ModelEndpoints> targets;
};

// Why an attempt at a turn may not answer it, when the turn is that of another request, or of
// another attempt with the same request: TURN_IN_PROGRESS, REQUEST_ID_REUSED, STREAM_ELSEWHERE.
absl::Status LostTurn(const TurnStart& lost, const Uuid& request_id, const Sha256Digest& digest);

// One turn being answered. Both models are called at once and independently, while the turn's start
// is being committed; nothing goes out before that commit, and no side's last event before the side
// is stored. Lives on the loop's thread, where all its work is done; RunningTurns keeps it alive.
class TurnStream : public std::enable_shared_from_this<TurnStream> {
 public:
  TurnStream(TurnTools tools, TurnPlan plan, std::shared_ptr<ReplyStream> stream,
             Places::Place place);

  // Any thread may call these.
  void Begin();
  void ClientLeft();
  void BecameWritable();
  // Ends one side, or all of them, as CANCELLED; one that has ended stays as it is.
  void StopReplies(std::optional<Side> side);

  // What it is about; never changes.
  const Conversation& conversation() const { return plan_.conversation; }
  const TurnStart& start() const { return plan_.start; }

 private:
  // One side, from its first call to its last event.
  struct Reply {
    Side side = Side::kLeft;
    int draw_number = 1;
    ModelEndpoints target;
    // The last one is under way; those before have ended and stay until the turn ends, since they
    // may be on the stack.
    std::vector<std::unique_ptr<ModelCall>> calls;
    std::string text;
    bool is_paused = false;
    // The first model failed before its first token, as `result` says; another one is being drawn.
    bool is_being_redrawn = false;
    bool was_redrawn = false;
    std::optional<CallResult> result;
    bool is_settled = false;  // stored, or given up

    bool has_ended() const { return result.has_value() && !is_being_redrawn; }
  };

  void Post(std::function<void()> task);
  Reply& reply(Side side) { return replies_[side == Side::kLeft ? 0 : 1]; }

  void BeginOnLoop();
  void ClaimTurn();
  void OnStarted(absl::StatusOr<StartOutcome> outcome);
  void StartCall(Reply& reply);
  void OnText(Reply& reply, std::string_view text);
  void OnCallEnded(Reply& reply, CallResult result);

  bool MayRedraw(const Reply& reply, const CallResult& result) const;
  // Redraws go one after the other: the second acts on the draw that the first one made.
  void RedrawNext();
  void OnRedrawn(Reply& reply, absl::StatusOr<Redraw> redraw);
  void OnRedrawnEndpoints(Reply& reply, absl::StatusOr<std::vector<ModelEndpoints>> targets);
  void GiveUpRedraw(Reply& reply);

  void EndReply(Reply& reply, CallResult result);
  void StopReply(Reply& reply);
  void Store(Reply& reply);
  void OnStored(Reply& reply, const absl::Status& status);
  // Whether what the store could not say for sure is worth asking again, which is harmless: it
  // finds what it did before. `since` is when the store was first needed.
  bool MayStoreAgain(const absl::Status& status, HttpLoop::Clock::time_point since) const;
  // Ends the call with an error; the providers are closed.
  void Fail(const absl::Status& status);
  // Sends what can be sent, lets paused providers go on, and ends the turn when all is done.
  void Advance();
  void Leave();

  const TurnTools tools_;
  const TurnPlan plan_;
  const std::shared_ptr<ReplyStream> stream_;
  const Places::Place place_;

  EventWriter events_;
  std::vector<Reply> replies_;
  HttpLoop::Clock::time_point begin_time_;
  int draw_number_;
  bool is_redrawing_ = false;
  bool is_started_ = false;
  // The client is gone, or the call has failed: nothing is sent any more.
  bool is_unheard_ = false;
  bool is_over_ = false;
};

}  // namespace arena::model_gateway
