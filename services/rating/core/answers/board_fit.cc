#include "services/rating/core/answers/board_fit.h"

#include <span>
#include <string>
#include <utility>

#include "common/base/status_macros.h"
#include "services/rating/model/fit/bradley_terry.h"
#include "services/rating/model/intervals/covariance.h"
#include "services/rating/model/intervals/differences.h"
#include "services/rating/model/numeric/numeric.h"
#include "services/rating/model/numeric/scale.h"
#include "services/rating/model/votes/components.h"
#include "services/rating/model/votes/pair_terms.h"

namespace arena::rating {

absl::StatusOr<BoardFit> BoardFit::Of(const ModelIndex& models, const PairCounts& counts) {
  // By name, as the board does it, so that the order of the votes matters as little here.
  std::vector<uint32_t> entrants;
  for (const uint32_t model : models.ByName()) {
    if (model < counts.size()) entrants.push_back(model);
  }
  const auto size = static_cast<uint32_t>(entrants.size());
  const std::vector<PairTerm> terms =
      TermsOf(CellsOf(counts, entrants, TieRule::kHalf, Weights::kNone));
  BoardFit fit;
  for (const std::vector<uint32_t>& part : StronglyConnectedParts(size, Edges(terms))) {
    if (part.size() < 2) continue;
    const auto part_size = static_cast<uint32_t>(part.size());
    const std::vector<PairTerm> within = Within(part, size, terms);
    ARENA_ASSIGN_OR_RETURN(BradleyTerryFit maximum, FitBradleyTerry(part_size, within));
    const Sandwich sandwich(part_size, within, maximum.theta);
    if (!sandwich.is_valid()) return absl::InternalError("the information of a group is singular");
    for (uint32_t k = 0; k < part_size; ++k) {
      fit.places_[models.Name(entrants[part[k]])] = {.group = fit.groups_.size(), .index = k};
    }
    // Differences do not depend on the gauge.
    const std::vector<double> gauge(part.size(), 1.0 / part_size);
    fit.groups_.push_back(
        {.theta = std::move(maximum.theta), .covariance = sandwich.Covariance(gauge)});
  }
  return fit;
}

std::optional<WinRate> BoardFit::Predict(std::string_view a, std::string_view b) const {
  const auto place_a = places_.find(absl::string_view(a.data(), a.size()));
  const auto place_b = places_.find(absl::string_view(b.data(), b.size()));
  if (place_a == places_.end() || place_b == places_.end()) return std::nullopt;
  if (place_a->second.group != place_b->second.group) return std::nullopt;
  const Group& group = groups_[place_a->second.group];
  const Difference difference =
      DifferenceOf(group.theta, group.covariance, place_a->second.index, place_b->second.index);
  const double half_width = kNormal975 * difference.error;
  return WinRate{.probability = Logistic(difference.value),
                 .lower = Logistic(difference.value - half_width),
                 .upper = Logistic(difference.value + half_width)};
}

}  // namespace arena::rating
