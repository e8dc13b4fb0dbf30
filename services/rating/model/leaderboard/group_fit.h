#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/rating/model/intervals/rank.h"
#include "services/rating/model/leaderboard/leaderboard.h"
#include "services/rating/model/votes/pair_terms.h"

namespace arena::rating {

// One strongly connected group of models and its votes.
struct Group {
  // Dense indices, by name.
  std::vector<uint32_t> models;
  // Pairs within the group, numbered as `models`. Cells are there for bootstrap intervals and for
  // pair weights.
  std::vector<PairCells> cells;
  std::vector<PairTerm> terms;
  // Σ a_k θ_k = 0 is what θ is measured from.
  std::vector<double> gauge;
};

// Log-strengths in the group's gauge, and what surrounds them.
struct GroupFit {
  std::vector<double> theta;
  // Ends of the 95 % intervals of θ; empty without intervals.
  std::vector<double> lower;
  std::vector<double> upper;
  std::vector<RankRange> ranks;
  std::vector<Coefficient> coefficients;
};

// Fits a group as the settings say. FAILED_PRECONDITION when the coefficients have no finite
// maximum, INVALID_ARGUMENT when the settings need votes that are not at hand.
absl::StatusOr<GroupFit> FitGroup(const Group& group, const BoardVotes& votes,
                                  const Settings& settings);

}  // namespace arena::rating
