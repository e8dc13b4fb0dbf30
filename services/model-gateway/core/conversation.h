#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/base/ids.h"
#include "common/base/keyed_hash.h"
#include "common/domain/battle.h"

namespace arena::model_gateway {

// A reply that has ended and is stored.
struct StoredReply {
  SideEnd end = SideEnd::kFailed;
  std::string text;
};

// A turn that was started. A side is absent while it is being answered.
struct StoredTurn {
  int turn = 0;
  Uuid request_id;
  Sha256Digest prompt_digest{};
  absl::Time deadline;
  std::string prompt;
  std::optional<StoredReply> left;
  std::optional<StoredReply> right;

  const std::optional<StoredReply>& side(Side which) const {
    return which == Side::kLeft ? left : right;
  }
};

// A battle with all that was said in it.
struct Conversation {
  BattleId id;
  BattleMode mode = BattleMode::kAnonymous;
  std::string frontend;
  absl::Time expire_time;
  // Whether there is a vote, so that the names may be told.
  bool is_revealed = false;
  // The draw that holds. In direct mode there is no right model.
  int draw_number = 1;
  ModelId left_model{};
  std::optional<ModelId> right_model;
  // From 1 upwards, without gap.
  std::vector<StoredTurn> turns;

  bool has_right() const { return right_model.has_value(); }
  // The sides that answer.
  std::vector<Side> sides() const;
  ModelId model(Side side) const { return side == Side::kLeft ? left_model : *right_model; }
};

// How a side ended, as it counts at `now`: nothing while it is being answered; past its deadline an
// unfinished side has failed, so that a crash leaves no battle open for ever.
std::optional<SideEnd> EndAt(const StoredTurn& turn, Side side, absl::Time now);

}  // namespace arena::model_gateway
