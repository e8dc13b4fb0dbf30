#include "services/matchmaker/core/redraw_rules.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "common/base/errors.h"
#include "services/matchmaker/core/errors.h"

namespace arena::matchmaker {
namespace {

ModelId ModelOf(const DrawnPair& pair, Side side) {
  return side == Side::kLeft ? pair.left : *pair.right;
}

// The draw that replaced the model of `side`. A redraw never brings a model back, so the side that
// a draw replaced is the one that differs from the draw before.
std::optional<DrawnPair> RedrawOf(const StoredBattle& battle, Side side) {
  for (size_t i = 1; i < battle.draws.size(); ++i) {
    if (ModelOf(battle.draws[i], side) != ModelOf(battle.draws[i - 1], side)) {
      return battle.draws[i];
    }
  }
  return std::nullopt;
}

// Votes are taken on a turn that has ended or whose time is over, and name the models of then.
bool HasPassed(const StoredBattle& battle, Side side, absl::Time now) {
  const auto& ended = battle.sides_ended_in_turn_one;
  const std::optional<LastTurn>& last = battle.last_turn;
  return battle.is_claimed || std::find(ended.begin(), ended.end(), side) != ended.end() ||
         (last.has_value() && (last->turn > 1 || now >= last->deadline));
}

Draw Replace(const DrawnPair& held, Side side, const EligibleSet& candidates, Random& random) {
  const ModelId chosen = candidates.ids()[random.Below(candidates.size())];
  const ModelId left = side == Side::kLeft ? chosen : held.left;
  const ModelId right = side == Side::kRight ? chosen : *held.right;
  return {.number = held.number + 1,
          .left = left,
          .right = right,
          .probability = 1 / static_cast<double>(candidates.size()),
          .smaller_left = left < right,
          .policy = "uniform-redraw",
          .eligible_digest = candidates.digest()};
}

}  // namespace

absl::StatusOr<Redraw> DecideRedraw(const StoredBattle& battle, Side side, int draw_number,
                                    const Catalog& catalog, absl::Time now, Random& random) {
  if (battle.mode != BattleMode::kAnonymous) return RedrawNotPossible();
  const DrawnPair& held = battle.draws.back();
  if (draw_number < 1 || draw_number > held.number) {
    return FieldInvalid("draw_number", "the number of a draw of this battle");
  }
  if (const auto redrawn = RedrawOf(battle, side); redrawn.has_value()) {
    if (draw_number >= redrawn->number) return RedrawNotPossible();
    return Redraw{
        .draw = {.number = redrawn->number, .left = redrawn->left, .right = redrawn->right},
        .is_new = false};
  }
  if (HasPassed(battle, side, now)) return RedrawNotPossible();

  std::vector<ModelId> played;
  for (const DrawnPair& pair : battle.draws) played.insert(played.end(), {pair.left, *pair.right});
  const EligibleSet candidates = catalog.Eligible(battle.required).Without(played);
  if (candidates.size() == 0) return NotEnoughModels();
  return Redraw{.draw = Replace(held, side, candidates, random), .is_new = true};
}

}  // namespace arena::matchmaker
