#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "services/rating/model/votes/outcome.h"

namespace arena::rating {

// One step of online Elo: both sides move by K times what the vote says beyond the expectation,
// from the ratings before the vote (Elo 1978). Any tie is half a win.
void EloUpdate(double& left, double& right, Outcome outcome, double k);

// Online Elo over votes in log order. Each vote takes 8 bytes, so that a retraction can be obeyed
// by a replay of what is left; until then ratings follow each vote at once. For one thread.
class EloHistory {
 public:
  explicit EloHistory(double k = 32.0) : k_(k) {}
  // Goes on from the ratings after all votes up to `position`, which AddEarlier brings later. Until
  // then a retraction leaves the ratings stale.
  EloHistory(double k, std::vector<double> ratings, int64_t position)
      : k_(k), ratings_(std::move(ratings)), missing_until_(position) {}

  // Appends a vote. Positions ascend, are below 2^37, and indices are below kMaxModels.
  void Append(int64_t position, uint32_t left, uint32_t right, Outcome outcome);
  // Takes the vote at `position` out, or back in. False when there is no such vote, or when it is
  // out (or in) already; a vote that is yet missing is believed to be there.
  bool Retract(int64_t position) { return SetCounted(position, false); }
  bool Restore(int64_t position) { return SetCounted(position, true); }

  // Whether votes are missing.
  bool is_partial() const { return missing_until_ > 0; }
  // Brings the votes up to the position that this one began at. False when they contradict what
  // was retracted or restored since.
  bool AddEarlier(EloHistory earlier);

  // Whether the ratings wait for a replay.
  bool is_stale() const { return is_partial() ? needs_missing_ : replayed_ < votes_.size(); }
  // Replays at most so many votes, about 10 ns each; whether the ratings are up to date. Cannot get
  // anywhere while votes are missing.
  bool Replay(size_t votes);

  // Ratings by dense model index; models without a vote stand at 1000. Worthless while they are
  // stale.
  const std::vector<double>& ratings() const { return ratings_; }
  // Replays first what there is to replay.
  const std::vector<double>& Ratings() {
    Replay(votes_.size());
    return ratings_;
  }
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
  // What happened to a vote that is missing.
  struct Change {
    int64_t position;
    bool is_counted;
  };

  bool SetCounted(int64_t position, bool is_counted);
  void Apply(const Entry& entry);
  void MakeRoom(const Entry& entry);
  void StartOver();

  double k_;
  std::vector<Entry> votes_;
  std::vector<double> ratings_;
  // The ratings are those after so many votes; with votes missing, after all.
  size_t replayed_ = 0;
  int64_t missing_until_ = 0;
  bool needs_missing_ = false;
  std::vector<Change> missing_changes_;
};

}  // namespace arena::rating
