#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "services/vote-ingest/storage/vote_store.h"

namespace arena::vote_ingest {

// The store in memory, for tests of what stands on it. The same contract but for durability.
class MemoryVoteStore : public VoteStore {
 public:
  // At most `prompt_vote_cap` votes a first prompt are rated; 0 is no cap. One FindVotes looks
  // through so many positions.
  explicit MemoryVoteStore(const Clock& clock, int64_t prompt_vote_cap = 0,
                           int64_t searched_positions = limits::kSearchedPositions)
      : clock_(clock), prompt_vote_cap_(prompt_vote_cap), searched_positions_(searched_positions) {}

  // `prompt` is the first one.
  void AddBattle(const BattleView& battle, const std::string& prompt = "");
  void AddModel(const ModelRef& model, bool may_be_named);

  absl::StatusOr<std::vector<std::optional<BattleView>>> LoadBattles(absl::Span<const BattleId> ids,
                                                                     bool with_votes) override;
  absl::StatusOr<std::vector<std::optional<Appended>>> Append(
      absl::Span<const NewVote> votes) override;
  absl::StatusOr<Amended> Amend(const Amendment& amendment) override;
  absl::StatusOr<VoterPage> FindVotes(const std::string& voter_hash,
                                      int64_t start_position) override;
  absl::StatusOr<LogPage> Read(const LogRange& range) override;
  absl::StatusOr<std::map<std::string, ModelId>> FindModels(
      absl::Span<const std::string> names) override;
  absl::Status Ping() override { return absl::OkStatus(); }

 private:
  // What the log says about a vote so far.
  struct Known {
    VoteState state;
    std::optional<NewLabels> labels;
  };
  struct Request {
    Sha256Digest digest;
    Amended answer;
  };

  bool IsBeyondCap(const NewVote& vote) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Refuses unless each position is that of a vote which may get the entry, or be skipped.
  absl::Status Check(const Amendment& amendment) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AppendAbout(const Amendment& amendment, size_t index) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock& clock_;
  const int64_t prompt_vote_cap_;
  const int64_t searched_positions_;
  absl::Mutex mutex_;
  std::map<BattleId, BattleView> battles_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, ModelId> models_ ABSL_GUARDED_BY(mutex_);
  std::set<ModelId> unnamed_ ABSL_GUARDED_BY(mutex_);
  std::set<std::pair<BattleId, int>> claims_ ABSL_GUARDED_BY(mutex_);
  std::set<BattleId> first_claims_ ABSL_GUARDED_BY(mutex_);
  std::vector<LogEntry> log_ ABSL_GUARDED_BY(mutex_);
  std::map<int64_t, Known> known_ ABSL_GUARDED_BY(mutex_);
  std::map<std::tuple<std::string, VoteKind, RequestId>, Request> requests_ ABSL_GUARDED_BY(mutex_);
  std::map<BattleId, std::string> prompts_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int64_t> prompt_votes_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::vote_ingest
