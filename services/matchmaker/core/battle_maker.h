#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/ids.h"
#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/domain/battle.h"
#include "services/matchmaker/core/battle.h"
#include "services/matchmaker/core/capabilities.h"
#include "services/matchmaker/core/catalog.h"
#include "services/matchmaker/core/draw.h"

namespace arena::matchmaker {

// What a frontend asked for.
struct BattleOrder {
  RequestId request_id;
  std::string frontend;
  BattleMode mode = BattleMode::kAnonymous;
  CapabilitySet required;
  // Left first.
  std::vector<std::string> model_names;
  // As the frontend sent them; empty when it did not. They leave the maker as keyed hashes only.
  std::string voter;
  std::string voter_address;
};

// FIELD_INVALID unless the mode goes together with the names and capabilities.
absl::Status CheckOrder(const BattleOrder& order);

struct BattleMakerOptions {
  // Bytes; the key of battle ids and the key of voters' hashes. All replicas share them.
  std::string battle_key;
  std::string voter_key;
  // How long a battle takes prompts and votes.
  absl::Duration lifetime = limits::kBattleLifetime;
  PairPolicy policy = UniformPolicy();
};

// Turns an order into a battle with its first draw. Threads may share it when they may share
// `random`, which must outlive it.
class BattleMaker {
 public:
  BattleMaker(BattleMakerOptions options, Random& random);

  // The id that this order's battle has, whether it is made yet or not: the time of the request id,
  // and bits that nobody without the key can foretell.
  BattleId IdOf(const BattleOrder& order) const;

  // Of a checked order. NOT_ENOUGH_MODELS, CAPABILITIES_TOO_NARROW or MODEL_NOT_FOUND when the
  // models do not allow it.
  absl::StatusOr<NewBattle> Make(const BattleOrder& order, const Catalog& catalog,
                                 absl::Time now) const;

 private:
  absl::StatusOr<Draw> Choose(const BattleOrder& order, const Catalog& catalog) const;

  const BattleMakerOptions options_;
  Random& random_;
};

// What tells a repeat of an order from another one: hexadecimal digits of a SHA-256. The voter is
// left out, since an address may change between two tries.
std::string RequestDigestOf(const BattleOrder& order);

}  // namespace arena::matchmaker
