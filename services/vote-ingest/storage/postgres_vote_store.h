#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "common/base/limits.h"
#include "common/postgres/database.h"
#include "services/vote-ingest/storage/vote_store.h"

namespace arena::vote_ingest {

// The store on PostgreSQL, as role arena_vote_ingest. `database` must outlive it.
class PostgresVoteStore : public VoteStore {
 public:
  // At most `prompt_vote_cap` votes a first prompt are rated; 0 is no cap. One FindVotes looks
  // through so many positions.
  explicit PostgresVoteStore(Database& database, int64_t prompt_vote_cap = 0,
                             int64_t searched_positions = limits::kSearchedPositions)
      : database_(database),
        prompt_vote_cap_(prompt_vote_cap),
        searched_positions_(searched_positions) {}

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
  absl::Status Ping() override { return database_.Ping(); }

 private:
  // Fills in the names of a battle's models.
  absl::Status NameModels(BattleView& battle);
  // A model's name; read once, since names never change and no model is ever deleted.
  absl::StatusOr<std::string> NameOf(ModelId id);

  Database& database_;
  const int64_t prompt_vote_cap_;
  const int64_t searched_positions_;
  absl::Mutex names_mutex_;
  absl::flat_hash_map<ModelId, std::string> names_ ABSL_GUARDED_BY(names_mutex_);
};

}  // namespace arena::vote_ingest
