#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/base/keyed_hash.h"
#include "common/base/random.h"

namespace arena::matchmaker {

// Models that can be drawn, by id, with the digest that is logged with every draw: SHA-256 of the
// decimal ids in ascending order, separated by commas. Made once a change of models, not once a
// draw.
class EligibleSet {
 public:
  EligibleSet() : EligibleSet(std::vector<ModelId>{}) {}
  explicit EligibleSet(std::vector<ModelId> ids);

  const std::vector<ModelId>& ids() const { return ids_; }
  const Sha256Digest& digest() const { return digest_; }
  size_t size() const { return ids_.size(); }
  // The same set without `excluded`.
  EligibleSet Without(std::span<const ModelId> excluded) const;

 private:
  std::vector<ModelId> ids_;
  Sha256Digest digest_;
};

// Who plays on which side, and how it came about: one row of arena.draws.
struct Draw {
  int number = 1;
  ModelId left{};
  // Nothing in direct mode.
  std::optional<ModelId> right;
  // Of the unordered pair (of the new model, for a redraw); 0 where the user named the models.
  double probability = 0;
  // Whether the pair's member with the smaller id stands left.
  bool smaller_left = true;
  std::string policy;
  int32_t policy_epoch = 1;
  Sha256Digest eligible_digest{};
};

// An unordered pair and the probability with which the policy chooses it.
struct PairChoice {
  ModelId one{};
  ModelId other{};
  double probability = 0;
};

// How a pair is chosen from at least two eligible models. A value: another policy is another value,
// under another name or epoch. `choose` may be called by several threads at once.
struct PairPolicy {
  std::string name;
  int32_t epoch = 1;
  std::function<PairChoice(std::span<const ModelId> eligible, Random& random)> choose;
};

// Every pair with the same probability, 1 / C(n, 2).
PairPolicy UniformPolicy();

// Draws the unordered pair by `policy`, then tosses a fair coin for the sides. Needs two models.
Draw DrawPair(const PairPolicy& policy, const EligibleSet& eligible, Random& random);

// The draw of models that the user named.
Draw NameModels(ModelId left, std::optional<ModelId> right);

}  // namespace arena::matchmaker
