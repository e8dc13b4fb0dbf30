#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "tools/arenactl/rate/vote_row.h"

namespace arena::rate {

// The votes of a log so far, 16 bytes each, so that an entry about a vote can be held against it.
// Votes that a filter leaves out are among them.
class SeenVotes {
 public:
  static constexpr int kDrawHashBits = 23;
  struct Vote {
    // EloHistory has as many bits.
    uint64_t position : 37;
    uint64_t outcome : 2;
    uint64_t is_rated : 1;
    // Whether the vote counts now: it is rated, in the category and not retracted.
    uint64_t is_counted : 1;
    // Of the draw probability: all bits that are left, which miss one difference in eight million.
    uint64_t draw_hash : kDrawHashBits;
    uint32_t left;
    uint32_t right;
  };
  static_assert(sizeof(Vote) == 16);

  // Positions ascend and are below 2^37.
  void Append(const VoteRow& row, bool is_counted);
  // Null when there is no vote at the position; valid until Append.
  Vote* Find(int64_t position);
  // Whether the row repeats models, winner, rated and draw probability of the vote it is about.
  bool Matches(const Vote& vote, const VoteRow& row) const;

 private:
  uint32_t NumberOf(std::string_view name);
  bool IsNumbered(std::string_view name, uint32_t number) const;

  std::vector<Vote> votes_;
  // A numbering of its own: models whose votes are all left out must not get on the board.
  absl::flat_hash_map<std::string, uint32_t> numbers_;
};

}  // namespace arena::rate
