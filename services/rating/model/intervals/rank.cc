#include "services/rating/model/intervals/rank.h"

#include <algorithm>

namespace arena::rating {

std::vector<RankRange> RanksByIntervals(std::span<const double> lower,
                                        std::span<const double> upper) {
  std::vector<double> lowers(lower.begin(), lower.end());
  std::vector<double> uppers(upper.begin(), upper.end());
  std::ranges::sort(lowers);
  std::ranges::sort(uppers);
  std::vector<RankRange> ranks(lower.size());
  for (size_t m = 0; m < ranks.size(); ++m) {
    const auto ahead = lowers.end() - std::ranges::upper_bound(lowers, upper[m]);
    const auto behind = std::ranges::lower_bound(uppers, lower[m]) - uppers.begin();
    ranks[m].rank = ranks[m].best = static_cast<int>(1 + ahead);
    ranks[m].worst = static_cast<int>(static_cast<std::ptrdiff_t>(ranks.size()) - behind);
  }
  return ranks;
}

}  // namespace arena::rating
