#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/base/clock.h"
#include "services/vote-ingest/storage/vote_store.h"

namespace arena::vote_ingest {

// The store in memory, for tests of what stands on it. The same contract but for durability.
class MemoryVoteStore : public VoteStore {
 public:
  explicit MemoryVoteStore(const Clock& clock) : clock_(clock) {}

  void AddBattle(const BattleView& battle);
  void AddModel(const ModelRef& model, bool may_be_named);

  absl::StatusOr<std::vector<std::optional<BattleView>>> LoadBattles(absl::Span<const BattleId> ids,
                                                                     bool with_votes) override;
  absl::StatusOr<std::vector<std::optional<int64_t>>> Append(
      absl::Span<const NewVote> votes) override;
  absl::StatusOr<LogPage> Read(const LogRange& range) override;
  absl::StatusOr<std::map<std::string, ModelId>> FindModels(
      absl::Span<const std::string> names) override;
  absl::Status Ping() override { return absl::OkStatus(); }

 private:
  const Clock& clock_;
  absl::Mutex mutex_;
  std::map<BattleId, BattleView> battles_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, ModelId> models_ ABSL_GUARDED_BY(mutex_);
  std::set<ModelId> unnamed_ ABSL_GUARDED_BY(mutex_);
  std::set<std::pair<BattleId, int>> claims_ ABSL_GUARDED_BY(mutex_);
  std::set<BattleId> first_claims_ ABSL_GUARDED_BY(mutex_);
  std::vector<LogEntry> log_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::vote_ingest
