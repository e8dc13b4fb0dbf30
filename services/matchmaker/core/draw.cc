#include "services/matchmaker/core/draw.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace arena::matchmaker {
namespace {

Sha256Digest DigestOf(const std::vector<ModelId>& ids) {
  std::string text;
  for (const ModelId id : ids) {
    text += fmt::format("{}{}", text.empty() ? "" : ",", static_cast<int32_t>(id));
  }
  return Sha256(text);
}

PairChoice ChooseUniformly(std::span<const ModelId> eligible, Random& random) {
  const uint64_t count = eligible.size();
  const uint64_t first = random.Below(count);
  // The second is uniform among the others, so that each ordered pair is equally likely.
  uint64_t second = random.Below(count - 1);
  if (second >= first) ++second;
  const double pairs = static_cast<double>(count) * static_cast<double>(count - 1) / 2;
  return {.one = eligible[first], .other = eligible[second], .probability = 1 / pairs};
}

}  // namespace

EligibleSet::EligibleSet(std::vector<ModelId> ids) : ids_(std::move(ids)) {
  std::sort(ids_.begin(), ids_.end());
  digest_ = DigestOf(ids_);
}

EligibleSet EligibleSet::Without(std::span<const ModelId> excluded) const {
  std::vector<ModelId> rest;
  std::copy_if(ids_.begin(), ids_.end(), std::back_inserter(rest), [&](ModelId id) {
    return std::find(excluded.begin(), excluded.end(), id) == excluded.end();
  });
  return EligibleSet(std::move(rest));
}

PairPolicy UniformPolicy() { return {.name = "uniform", .epoch = 1, .choose = ChooseUniformly}; }

Draw DrawPair(const PairPolicy& policy, const EligibleSet& eligible, Random& random) {
  const PairChoice pair = policy.choose(eligible.ids(), random);
  const auto [smaller, larger] = std::minmax(pair.one, pair.other);
  const bool smaller_left = (random.Bits() & 1) == 1;
  return {.left = smaller_left ? smaller : larger,
          .right = smaller_left ? larger : smaller,
          .probability = pair.probability,
          .smaller_left = smaller_left,
          .policy = policy.name,
          .policy_epoch = policy.epoch,
          .eligible_digest = eligible.digest()};
}

Draw NameModels(ModelId left, std::optional<ModelId> right) {
  static const EligibleSet kNothingDrawn;
  return {.left = left,
          .right = right,
          .smaller_left = !right.has_value() || left < *right,
          .policy = "named",
          .eligible_digest = kNothingDrawn.digest()};
}

}  // namespace arena::matchmaker
