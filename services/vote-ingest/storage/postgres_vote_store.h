#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

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
  Database& database_;
};

}  // namespace arena::vote_ingest
