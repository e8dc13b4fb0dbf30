#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "arena/v1/matchmaker_service.grpc.pb.h"
#include "arena/v1/model_gateway_service.grpc.pb.h"
#include "arena/v1/vote_service.grpc.pb.h"
#include "common/base/random.h"
#include "tools/arenactl/client.h"
#include "tools/arenactl/play/game.h"

namespace arena::arenactl {

// Carries out a game's actions against the real services, one after the other on a thread of its
// own. What they bring comes back as changes to the game, which the owner applies on its own
// thread.
class BattleClient {
 public:
  struct Servers {
    Remote matchmaker;
    Remote model_gateway;
    Remote vote_ingest;
  };
  using Change = std::function<void(Game&)>;

  explicit BattleClient(Servers servers);
  // Cancels the call under way.
  ~BattleClient();
  BattleClient(const BattleClient&) = delete;
  BattleClient& operator=(const BattleClient&) = delete;

  // Begins an action; Quit is the owner's. Changes follow.
  void Begin(Action action);
  // What has come since the last call, in order.
  std::deque<Change> TakeChanges();

 private:
  void Loop();
  void Do(const MakeBattle& action);
  void Do(const SendPrompt& action);
  void Do(const CastVote& action);
  void Do(const Quit&) {}
  void Post(Change change);
  // A fresh context that the destructor can cancel.
  std::shared_ptr<grpc::ClientContext> NewContext(absl::Duration timeout);
  std::string NewRequestId();

  const Servers servers_;
  const std::unique_ptr<v1::MatchmakerService::Stub> matchmaker_;
  const std::unique_ptr<v1::ModelGatewayService::Stub> model_gateway_;
  const std::unique_ptr<v1::VoteService::Stub> vote_ingest_;
  SecureRandom random_;
  // Of this thread alone.
  std::string battle_id_;
  int turn_ = 0;

  absl::Mutex mutex_;
  std::deque<Action> actions_ ABSL_GUARDED_BY(mutex_);
  std::deque<Change> changes_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<grpc::ClientContext> context_ ABSL_GUARDED_BY(mutex_);
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace arena::arenactl
