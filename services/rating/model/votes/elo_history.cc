#include "services/rating/model/votes/elo_history.h"

#include <algorithm>

#include "services/rating/model/numeric/numeric.h"
#include "services/rating/model/numeric/scale.h"

namespace arena::rating {

void EloUpdate(double& left, double& right, Outcome outcome, double k) {
  static constexpr double kScores[kOutcomes] = {1.0, 0.0, 0.5, 0.5};
  const double expected = 1.0 / (1.0 + Exp((right - left) * kLogitsPerPoint));
  const double change = k * (kScores[static_cast<size_t>(outcome)] - expected);
  left += change;
  right -= change;
}

void EloHistory::Append(int64_t position, uint32_t left, uint32_t right, Outcome outcome) {
  const bool is_current = replayed_ == votes_.size();
  votes_.push_back({.position = static_cast<uint64_t>(position) & ((uint64_t{1} << 37) - 1),
                    .left = left & 0xfffu,
                    .right = right & 0xfffu,
                    .outcome = static_cast<uint64_t>(outcome) & 3u,
                    .is_counted = 1});
  MakeRoom(votes_.back());
  if (!is_current || needs_missing_) return;
  Apply(votes_.back());
  replayed_ = votes_.size();
}

bool EloHistory::AddEarlier(EloHistory earlier) {
  const size_t before = earlier.votes_.size();
  earlier.votes_.insert(earlier.votes_.end(), votes_.begin(), votes_.end());
  votes_ = std::move(earlier.votes_);
  ratings_.resize(std::max(ratings_.size(), earlier.ratings_.size()), kMeanRating);
  missing_until_ = 0;
  replayed_ += before;
  for (const Change& change : missing_changes_) {
    if (!SetCounted(change.position, change.is_counted)) return false;
  }
  missing_changes_.clear();
  if (needs_missing_) StartOver();
  needs_missing_ = false;
  return true;
}

bool EloHistory::Replay(size_t votes) {
  if (is_partial()) return !is_stale();
  const size_t end = replayed_ + std::min(votes, votes_.size() - replayed_);
  for (; replayed_ < end; ++replayed_) {
    if (votes_[replayed_].is_counted) Apply(votes_[replayed_]);
  }
  return !is_stale();
}

bool EloHistory::SetCounted(int64_t position, bool is_counted) {
  if (position <= missing_until_) {
    missing_changes_.push_back({position, is_counted});
    needs_missing_ = true;
    return true;
  }
  const auto found = std::ranges::lower_bound(votes_, position, {}, [](const Entry& entry) {
    return static_cast<int64_t>(entry.position);
  });
  if (found == votes_.end() || static_cast<int64_t>(found->position) != position) return false;
  if (found->is_counted == (is_counted ? 1u : 0u)) return false;
  found->is_counted = is_counted ? 1u : 0u;
  if (is_partial()) {
    needs_missing_ = true;
  } else if (static_cast<size_t>(found - votes_.begin()) < replayed_) {
    StartOver();
  }
  return true;
}

void EloHistory::StartOver() {
  std::ranges::fill(ratings_, kMeanRating);
  replayed_ = 0;
}

void EloHistory::MakeRoom(const Entry& entry) {
  const size_t models = std::max<size_t>(entry.left, entry.right) + 1;
  if (ratings_.size() < models) ratings_.resize(models, kMeanRating);
}

void EloHistory::Apply(const Entry& entry) {
  EloUpdate(ratings_[entry.left], ratings_[entry.right], static_cast<Outcome>(entry.outcome), k_);
}

}  // namespace arena::rating
