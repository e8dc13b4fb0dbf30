#include "services/rating/model/votes/early_votes.h"

#include <algorithm>
#include <cstring>

namespace arena::rating {

VoterKey FoldVoter(std::string_view voter) {
  // Two products with odd constants a word, and the length at the end: nothing depends on the
  // machine but the order of bytes, which is that of all machines we run on.
  uint64_t a = 0x9e3779b97f4a7c15u, b = 0xc2b2ae3d27d4eb4fu;
  const auto mix = [&](uint64_t word) {
    a = (a ^ word) * 0xff51afd7ed558ccdu;
    a ^= a >> 29;
    b = (b ^ word) * 0xc4ceb9fe1a85ec53u;
    b ^= b >> 31;
  };
  for (size_t at = 0; at < voter.size(); at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, voter.data() + at, std::min<size_t>(8, voter.size() - at));
    mix(word);
  }
  mix(voter.size());
  return {a, b};
}

int32_t DayOf(int64_t unix_micros) {
  constexpr int64_t kMicrosADay = int64_t{86'400} * 1'000'000;
  const int64_t day = unix_micros / kMicrosADay;
  return static_cast<int32_t>(unix_micros % kMicrosADay < 0 ? day - 1 : day);
}

bool EarlyVotes::Add(std::string_view voter, int32_t day) {
  if (days_.empty() || day > days_.rbegin()->first) {
    days_[day];
    days_.erase(days_.begin(), days_.lower_bound(day - 1));
  }
  if (voter.empty() || day < days_.rbegin()->first - 1) return false;
  uint8_t& count = days_[day][FoldVoter(voter)];
  if (count == kVotesADay) return false;
  ++count;
  return true;
}

}  // namespace arena::rating
