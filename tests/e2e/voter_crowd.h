#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "arena/v1/matchmaker_service.grpc.pb.h"
#include "arena/v1/model_gateway_service.grpc.pb.h"
#include "arena/v1/vote_service.grpc.pb.h"
#include "tests/support/arena_cluster.h"

namespace arena::testing {

// A vote whose receipt reached its voter.
struct AcknowledgedVote {
  std::string battle_id;
  v1::Choice choice = v1::CHOICE_UNSPECIFIED;
  int64_t position = 0;
  v1::BattleModels models;
};

// A client as it should be: it repeats what broke, at the next replica, with the same request id.
// Used by one thread.
class PatientVoter {
 public:
  // `is_over` is asked between two tries.
  PatientVoter(const ArenaCluster& cluster, int first_replica, int replicas, uint64_t seed,
               std::function<bool()> is_over);

  // Plays one battle. Nothing when it was not to be had (a gateway that died with the turn, an end
  // in between); the voter then knows of no vote.
  std::optional<AcknowledgedVote> Play();

  // Promises that were broken towards this voter since the last time.
  std::vector<std::string> TakeComplaints() { return std::exchange(complaints_, {}); }

 private:
  struct Replica {
    std::unique_ptr<v1::MatchmakerService::Stub> matchmaker;
    std::unique_ptr<v1::ModelGatewayService::Stub> gateway;
    std::unique_ptr<v1::VoteService::Stub> votes;
  };
  using Call = std::function<grpc::Status(Replica&, grpc::ClientContext&)>;

  // Repeats a call until it succeeds or fails for good; OK or the last status.
  grpc::Status Persist(const Call& call, int tries);
  std::optional<std::string> CreateBattle();
  bool StreamReplies(const std::string& battle_id);
  std::optional<v1::CastVoteResponse> CastVote(const std::string& battle_id, v1::Choice choice);
  void Complain(const std::string& what, const std::string& battle_id, const grpc::Status& status);

  std::vector<Replica> replicas_;
  size_t replica_;
  uint64_t seed_;
  const std::function<bool()> is_over_;
  std::vector<std::string> complaints_;
};

// Many voters at once, for as long as this object lives.
class VoterCrowd {
 public:
  VoterCrowd(const ArenaCluster& cluster, int voters, int replicas, uint64_t seed);
  ~VoterCrowd();
  VoterCrowd(const VoterCrowd&) = delete;
  VoterCrowd& operator=(const VoterCrowd&) = delete;

  // Waits until every voter has ended its battle and rests; Resume sends them on.
  void Pause();
  void Resume();
  // Waits until `more` votes have been acknowledged from now on; false when that takes too long.
  bool AwaitVotes(size_t more);

  std::vector<AcknowledgedVote> acknowledged() const;
  std::vector<std::string> complaints() const;

 private:
  void Vote(const ArenaCluster& cluster, int voter, int replicas, uint64_t seed);
  // Waits while the crowd rests; false at the end.
  bool Continue();

  mutable absl::Mutex mutex_;
  bool is_paused_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_over_ ABSL_GUARDED_BY(mutex_) = false;
  int playing_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<AcknowledgedVote> acknowledged_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> complaints_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

}  // namespace arena::testing
