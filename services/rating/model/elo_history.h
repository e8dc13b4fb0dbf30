#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/rating/model/outcome.h"

namespace arena::rating {

// One step of online Elo: both sides move by K times what the vote says beyond the expectation,
// from the ratings before the vote (Elo 1978). Any tie is half a win.
void EloUpdate(double& left, double& right, Outcome outcome, double k);

// Online Elo over votes in log order. Each vote takes 8 bytes, so that a retraction can be obeyed
// by a replay of what is left; until then ratings follow each vote at once.
class EloHistory {
 public:
  explicit EloHistory(double k = 32.0) : k_(k) {}

  // Appends a vote. Positions ascend, are below 2^37, and indices are below kMaxModels.
  void Append(int64_t position, uint32_t left, uint32_t right, Outcome outcome);
  // Takes the vote at `position` out, or back in. False when there is no such vote, or when it is
  // out (or in) already.
  bool Retract(int64_t position) { return SetCounted(position, false); }
  bool Restore(int64_t position) { return SetCounted(position, true); }

  // Ratings by dense model index; models without a vote stand at 1000. Replays first when a
  // retraction asks for it: about 10 ns a vote.
  const std::vector<double>& Ratings();
  size_t size() const { return votes_.size(); }
  double k() const { return k_; }

 private:
  struct Entry {
    uint64_t position : 37;
    uint64_t left : 12;
    uint64_t right : 12;
    uint64_t outcome : 2;
    uint64_t is_counted : 1;
  };
  static_assert(sizeof(Entry) == 8);

  bool SetCounted(int64_t position, bool is_counted);
  void Apply(const Entry& entry);

  double k_;
  std::vector<Entry> votes_;
  std::vector<double> ratings_;
  bool is_stale_ = false;
};

}  // namespace arena::rating
