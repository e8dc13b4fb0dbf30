#include "services/rating/model/elo_history.h"

#include <algorithm>

#include "services/rating/model/numeric.h"
#include "services/rating/model/scale.h"

namespace arena::rating {

void EloUpdate(double& left, double& right, Outcome outcome, double k) {
  static constexpr double kScores[kOutcomes] = {1.0, 0.0, 0.5, 0.5};
  const double expected = 1.0 / (1.0 + Exp((right - left) * kLogitsPerPoint));
  const double change = k * (kScores[static_cast<size_t>(outcome)] - expected);
  left += change;
  right -= change;
}

void EloHistory::Append(int64_t position, uint32_t left, uint32_t right, Outcome outcome) {
  const size_t models = std::max(left, right) + size_t{1};
  if (ratings_.size() < models) ratings_.resize(models, kMeanRating);
  votes_.push_back({.position = static_cast<uint64_t>(position) & ((uint64_t{1} << 37) - 1),
                    .left = left & 0xfffu,
                    .right = right & 0xfffu,
                    .outcome = static_cast<uint64_t>(outcome) & 3u,
                    .is_counted = 1});
  if (!is_stale_) Apply(votes_.back());
}

const std::vector<double>& EloHistory::Ratings() {
  if (is_stale_) {
    std::ranges::fill(ratings_, kMeanRating);
    for (const Entry& entry : votes_) {
      if (entry.is_counted) Apply(entry);
    }
    is_stale_ = false;
  }
  return ratings_;
}

bool EloHistory::SetCounted(int64_t position, bool is_counted) {
  const auto found = std::ranges::lower_bound(votes_, position, {}, [](const Entry& entry) {
    return static_cast<int64_t>(entry.position);
  });
  if (found == votes_.end() || static_cast<int64_t>(found->position) != position) return false;
  if (found->is_counted == (is_counted ? 1u : 0u)) return false;
  found->is_counted = is_counted ? 1u : 0u;
  is_stale_ = true;
  return true;
}

void EloHistory::Apply(const Entry& entry) {
  EloUpdate(ratings_[entry.left], ratings_[entry.right], static_cast<Outcome>(entry.outcome), k_);
}

}  // namespace arena::rating
