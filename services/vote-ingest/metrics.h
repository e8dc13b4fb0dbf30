#pragma once

#include <array>

#include "absl/status/statusor.h"
#include "common/domain/battle.h"
#include "common/metrics/metrics.h"
#include "services/vote-ingest/core/vote_rules.h"

namespace arena::vote_ingest {

// What operators see of vote-ingest. Shared by threads.
class Metrics {
 public:
  explicit Metrics(metrics::Registry& registry);

  // A ballot was answered: accepted, replayed or refused.
  void Answered(Choice choice, const absl::StatusOr<Receipt>& receipt);
  // A group of ballots was committed, or failed.
  void Committed(size_t ballots, absl::Duration elapsed);

 private:
  // By the number of the choice, and whether it was rated: a vote looks up no label.
  std::array<std::array<metrics::Counter*, 2>, 5> accepted_{};
  // By the number of the reason.
  std::array<metrics::Counter*, 7> unrated_{};
  metrics::Counter& replayed_;
  metrics::Labelled<metrics::Counter> refused_;
  metrics::Histogram& group_rows_;
  metrics::Histogram& commit_seconds_;
};

}  // namespace arena::vote_ingest
