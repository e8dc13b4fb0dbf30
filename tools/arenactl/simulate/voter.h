#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "arena/v1/battle.pb.h"
#include "arena/v1/model_gateway_service.pb.h"
#include "tools/arenactl/client.h"
#include "tools/demo-models/questions/question_bank.h"

namespace arena::arenactl {

// The servers that one voter talks to.
struct VoterServers {
  Remote matchmaker;
  Remote model_gateway;
  Remote vote_ingest;
};

// What became of one battle.
struct PlayedBattle {
  v1::Choice choice = v1::CHOICE_UNSPECIFIED;
  int64_t position = 0;
  bool is_rated = false;
};

// Collects one stream of replies and checks what the API promises of it: sequences from 1 without
// gap, one terminal event a side, and nothing after it.
class ReplyCollector {
 public:
  // INTERNAL when a promise is broken.
  absl::Status Add(const v1::StreamRepliesResponse& event);
  // INTERNAL unless both sides have ended.
  absl::Status CheckEnded() const;
  const std::string& left() const { return left_.text; }
  const std::string& right() const { return right_.text; }

 private:
  struct SideText {
    std::string text;
    int64_t sequence = 0;
    bool has_ended = false;
  };
  SideText left_;
  SideText right_;
};

// How a voter who looks for the right answer decides.
v1::Choice ChoiceByAnswer(std::string_view left, std::string_view right, std::string_view expected);

// A voter who plays battles against the real services as a frontend would: every call that fails
// for a passing reason is repeated with the same request id. One thread.
class Voter {
 public:
  // Calls are repeated for `patience` at most.
  Voter(VoterServers servers, std::string pseudonym, absl::Duration patience);

  // Plays one battle to its reveal. An error when a call fails for good or an answer is not what
  // the API promises.
  absl::StatusOr<PlayedBattle> Play(const demo::Question& question);

 private:
  absl::StatusOr<std::string> CreateBattle();
  absl::StatusOr<ReplyCollector> StreamReplies(const std::string& battle_id,
                                               const std::string& prompt);
  // One attempt.
  absl::Status StreamOnce(const v1::StreamRepliesRequest& request, ReplyCollector& replies);
  absl::StatusOr<PlayedBattle> Vote(const std::string& battle_id, v1::Choice choice,
                                    v1::BattleModels& models);
  // Whether GetBattle says the same as the receipt.
  absl::Status CheckReveal(const std::string& battle_id, const PlayedBattle& played,
                           const v1::BattleModels& models);
  // Names the voter and sets the deadline.
  void Prepare(grpc::ClientContext& context, absl::Duration timeout) const;

  const VoterServers servers_;
  const std::string pseudonym_;
  const absl::Duration patience_;
};

}  // namespace arena::arenactl
