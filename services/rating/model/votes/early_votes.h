#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string_view>

#include "absl/container/flat_hash_map.h"

namespace arena::rating {

// A voter's pseudonym in sixteen bytes. Pseudonyms are keyed hashes of ours, so nobody can aim at
// two that fold to one.
using VoterKey = std::array<uint64_t, 2>;
VoterKey FoldVoter(std::string_view voter);

// Days since 1970, UTC.
int32_t DayOf(int64_t unix_micros);

// Numbers the rated votes of each voter and day in log order, and says which are among the first
// five. A number is given once: what happens to a vote later moves no other. Counts are kept for
// the newest day of the log and the one before; a vote of an older day is not early. For one
// thread.
class EarlyVotes {
 public:
  static constexpr int kVotesADay = 5;
  using Counts = absl::flat_hash_map<VoterKey, uint8_t>;

  // Whether the next rated vote of the log is early. `voter` is empty when it is not known.
  bool Add(std::string_view voter, int32_t day);

  // By day; counts stop at kVotesADay. For a checkpoint, and back from it.
  const std::map<int32_t, Counts>& days() const { return days_; }
  void Restore(std::map<int32_t, Counts> days) { days_ = std::move(days); }

 private:
  std::map<int32_t, Counts> days_;
};

}  // namespace arena::rating
