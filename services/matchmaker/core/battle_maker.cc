#include "services/matchmaker/core/battle_maker.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "common/base/errors.h"
#include "common/base/hex.h"
#include "common/base/keyed_hash.h"
#include "common/base/status_macros.h"
#include "services/matchmaker/core/errors.h"

namespace arena::matchmaker {
namespace {

// Stands between the parts of a hashed text; no part contains it.
constexpr char kSeparator = '\0';

size_t NamesWanted(BattleMode mode) {
  switch (mode) {
    case BattleMode::kAnonymous:
      return 0;
    case BattleMode::kSideBySide:
      return 2;
    case BattleMode::kDirect:
      return 1;
  }
  return 0;
}

// Databases keep microseconds; what is answered now is what will be read later.
absl::Time ToMicroseconds(absl::Time time) {
  return absl::FromUnixMicros(absl::ToUnixMicros(time));
}

absl::StatusOr<Draw> ChooseNamed(const std::vector<std::string>& names, const Catalog& catalog) {
  std::vector<ModelId> ids;
  for (const std::string& name : names) {
    const Model* model = catalog.FindNameable(name);
    if (model == nullptr) return ModelNotFound(name);
    ids.push_back(model->id);
  }
  return NameModels(ids.front(), ids.size() == 2 ? std::optional(ids.back()) : std::nullopt);
}

}  // namespace

absl::Status CheckOrder(const BattleOrder& order) {
  const size_t wanted = NamesWanted(order.mode);
  if (order.model_names.size() != wanted) {
    return FieldInvalid("model_names",
                        wanted == 0 ? "empty in this mode" : fmt::format("{} names", wanted));
  }
  for (const std::string& name : order.model_names) {
    ARENA_RETURN_IF_ERROR(CheckRange("kModelNameBytes", "model_names",
                                     static_cast<int64_t>(name.size()), 1, limits::kModelNameBytes,
                                     "characters each"));
  }
  if (wanted == 2 && order.model_names[0] == order.model_names[1]) {
    return FieldInvalid("model_names", "two different names");
  }
  if (order.mode != BattleMode::kAnonymous && !order.required.IsTextAlone()) {
    return FieldInvalid("required_capabilities", "empty where models are named");
  }
  return absl::OkStatus();
}

BattleMaker::BattleMaker(BattleMakerOptions options, Random& random)
    : options_(std::move(options)), random_(random) {}

BattleId BattleMaker::IdOf(const BattleOrder& order) const {
  const std::string text =
      fmt::format("{}{}{}", order.frontend, kSeparator, order.request_id.ToString());
  return BattleId(Uuid::DeriveVersion7(order.request_id, KeyedHash(options_.battle_key, text)));
}

absl::StatusOr<NewBattle> BattleMaker::Make(const BattleOrder& order, const Catalog& catalog,
                                            absl::Time now) const {
  ARENA_ASSIGN_OR_RETURN(Draw draw, Choose(order, catalog));
  const absl::Time create_time = ToMicroseconds(now);
  NewBattle made;
  made.battle = {.id = IdOf(order),
                 .mode = order.mode,
                 .frontend = order.frontend,
                 .request_digest = RequestDigestOf(order),
                 .required = order.required,
                 .create_time = create_time,
                 .expire_time = create_time + options_.lifetime,
                 .draws = {{.number = draw.number, .left = draw.left, .right = draw.right}},
                 .left_name = order.model_names.empty() ? "" : order.model_names.front(),
                 .right_name = order.model_names.size() == 2 ? order.model_names.back() : ""};
  // A pseudonym means something within its frontend alone; an address means the same everywhere.
  if (!order.voter.empty()) {
    made.voter_hash = KeyedPseudonym(
        options_.voter_key,
        fmt::format("voter{}{}{}{}", kSeparator, order.frontend, kSeparator, order.voter));
  }
  if (!order.voter_address.empty()) {
    made.address_hash = KeyedPseudonym(options_.voter_key,
                                       fmt::format("address{}{}", kSeparator, order.voter_address));
  }
  made.draw = std::move(draw);
  return made;
}

absl::StatusOr<Draw> BattleMaker::Choose(const BattleOrder& order, const Catalog& catalog) const {
  if (order.mode != BattleMode::kAnonymous) return ChooseNamed(order.model_names, catalog);
  const EligibleSet& eligible = catalog.Eligible(order.required);
  if (!order.required.IsTextAlone() && eligible.size() < limits::kSmallestFilteredSet) {
    return CapabilitiesTooNarrow();
  }
  if (eligible.size() < 2) return NotEnoughModels();
  return DrawPair(options_.policy, eligible, random_);
}

std::string RequestDigestOf(const BattleOrder& order) {
  std::string text =
      fmt::format("{}{}{}", static_cast<int>(order.mode), kSeparator, order.required.index());
  for (const std::string& name : order.model_names) {
    text += kSeparator;
    text += name;
  }
  return ToHex(Sha256(text));
}

}  // namespace arena::matchmaker
