#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "services/rating/model/numeric/cholesky.h"
#include "services/rating/model/votes/model_index.h"
#include "services/rating/model/votes/pair_counts.h"

namespace arena::rating {

// How often one model is expected to be preferred to another, with the 95 % interval.
struct WinRate {
  double probability = 0;
  double lower = 0;
  double upper = 0;
};

// Bradley-Terry on the counts of a board, as the official board is rated, with the sandwich
// covariance of all ratings: what is needed to compare any two. Immutable, so threads may share it.
class BoardFit {
 public:
  // INTERNAL when a fit does not converge.
  static absl::StatusOr<BoardFit> Of(const ModelIndex& models, const PairCounts& counts);

  // Nothing when the two are not rated in a common group.
  std::optional<WinRate> Predict(std::string_view a, std::string_view b) const;

 private:
  // A strongly connected group of models: their ratings in logits, and what is known of the errors.
  struct Group {
    std::vector<double> theta;
    Matrix covariance;
  };
  struct Place {
    size_t group = 0;
    uint32_t index = 0;
  };

  std::vector<Group> groups_;
  // Of the rated models, by name.
  absl::flat_hash_map<std::string, Place> places_;
};

}  // namespace arena::rating
