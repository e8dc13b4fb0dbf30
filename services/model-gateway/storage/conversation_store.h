#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/base/ids.h"
#include "common/base/keyed_hash.h"
#include "common/domain/battle.h"
#include "common/postgres/database.h"
#include "common/postgres/group_commit_writer.h"
#include "services/model-gateway/core/conversation.h"
#include "services/model-gateway/core/endpoint.h"
#include "services/model-gateway/core/prompt_facts.h"

namespace arena::model_gateway {

// A turn about to be answered.
struct TurnStart {
  BattleId battle;
  int turn = 0;
  Uuid request_id;
  Sha256Digest prompt_digest{};
  std::string prompt;
  // Names this attempt, and no other, of one replica.
  std::string owner;
  absl::Time deadline;
};

// Who answers the turn.
struct StartOutcome {
  // Otherwise another attempt was first, with the two values below.
  bool is_ours = false;
  Uuid request_id;
  Sha256Digest prompt_digest{};
};

// A side that has ended, with all that rating needs of it.
struct SideRecord {
  BattleId battle;
  int turn = 0;
  Side side = Side::kLeft;
  int draw_number = 1;
  ModelId model{};
  SideEnd end = SideEnd::kFailed;
  std::string endpoint;
  std::optional<absl::Duration> first_token;
  absl::Duration total;
  StyleCounts style;
  PromptFacts prompt;
  std::string text;
};

// The models of a battle by name.
struct BattleNames {
  std::string left;
  std::string right;
};

// Conversations and where models are served, in PostgreSQL, as the role arena_model_gateway.
// Threads may share a store. Reads block and see what was committed before them; a database that is
// away is STORAGE_UNAVAILABLE.
class ConversationStore {
 public:
  // `database` must outlive the store.
  explicit ConversationStore(Database& database);

  // A battle with its stored turns and texts; erased texts are empty. BATTLE_NOT_FOUND.
  absl::StatusOr<Conversation> Load(const BattleId& battle);

  // The endpoints that hold now, for each of `models`, in their order; none for an unknown model.
  absl::StatusOr<std::vector<ModelEndpoints>> ReadEndpoints(absl::Span<const ModelId> models);

  // What may be told after the reveal.
  absl::StatusOr<BattleNames> ReadNames(const Conversation& conversation);

  // Claims a turn and stores its prompt. Whoever commits first has it. `done` is called once, from
  // a thread of the store, after the commit; it must not block.
  using StartDone = absl::AnyInvocable<void(absl::StatusOr<StartOutcome>)>;
  void StartTurn(TurnStart start, StartDone done);

  // Stores the end of a side: facts and text, together. A side that is stored stays as it is.
  // `done` as above.
  using FinishDone = absl::AnyInvocable<void(absl::Status)>;
  void FinishSide(SideRecord record, FinishDone done);

  // Whether the store can be reached.
  absl::Status Ping() { return database_.Ping(); }
  // Writes that wait for their commit; for metrics.
  size_t queued() const { return starts_.queued() + ends_.queued(); }
  // Commits what waits; later writes are refused with SHUTTING_DOWN. Idempotent.
  void Stop();

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
