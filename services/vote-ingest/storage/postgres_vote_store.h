#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "common/postgres/database.h"
#include "services/vote-ingest/storage/vote_store.h"

namespace arena::vote_ingest {

// The store on PostgreSQL, as role arena_vote_ingest. `database` must outlive it.
class PostgresVoteStore : public VoteStore {
 public:
  explicit PostgresVoteStore(Database& database) : database_(database) {}

  absl::StatusOr<std::vector<std::optional<BattleView>>> LoadBattles(absl::Span<const BattleId> ids,
                                                                     bool with_votes) override;
  absl::StatusOr<std::vector<std::optional<int64_t>>> Append(
      absl::Span<const NewVote> votes) override;
  absl::StatusOr<LogPage> Read(const LogRange& range) override;
  absl::StatusOr<std::map<std::string, ModelId>> FindModels(
      absl::Span<const std::string> names) override;
  absl::Status Ping() override { return database_.Ping(); }

 private:
  // Fills in the names of a battle's models.
  absl::Status NameModels(BattleView& battle);
  // A model's name; read once, since names never change and no model is ever deleted.
  absl::StatusOr<std::string> NameOf(ModelId id);

  Database& database_;
  absl::Mutex names_mutex_;
  absl::flat_hash_map<ModelId, std::string> names_ ABSL_GUARDED_BY(names_mutex_);
};

}  // namespace arena::vote_ingest
