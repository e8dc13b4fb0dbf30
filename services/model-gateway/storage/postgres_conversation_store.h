#pragma once

#include <vector>

#include "common/postgres/database.h"
#include "common/postgres/group_commit_writer.h"
#include "services/model-gateway/storage/conversation_store.h"

namespace arena::model_gateway {

// Conversations in PostgreSQL, as the role arena_model_gateway.
class PostgresConversationStore : public ConversationStore {
 public:
  // `database` must outlive the store.
  explicit PostgresConversationStore(Database& database);

  absl::StatusOr<Conversation> Load(const BattleId& battle) override;
  absl::StatusOr<std::vector<ModelEndpoints>> ReadEndpoints(
      absl::Span<const ModelId> models) override;
  absl::StatusOr<BattleNames> ReadNames(const Conversation& conversation) override;
  void StartTurn(TurnStart start, StartDone done) override;
  void FinishSide(SideRecord record, FinishDone done) override;
  absl::Status Ping() override { return database_.Ping(); }
  size_t queued() const override { return starts_.queued() + ends_.queued(); }
  void Stop() override;

 private:
  // What a stored side answers with: nothing but that it is there.
  struct Stored {};
  using StartWriter = GroupCommitWriter<TurnStart, StartOutcome>;
  using EndWriter = GroupCommitWriter<SideRecord, Stored>;

  Database& database_;
  // Apart, since a turn's start is waited for by a person, and ends come with long texts.
  StartWriter starts_;
  EndWriter ends_;
};

}  // namespace arena::model_gateway
