#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/rating/core/log/counts_view.h"
#include "services/rating/model/leaderboard/leaderboard.h"

namespace arena::rating {

// Why models do not compare with those of group 1.
enum class WhyUncomparable {
  // Rated, in another group.
  kSeparateGroup,
  // Not rated: preferred in all of their votes, in none of them, or with one vote alone.
  kOnlyWins,
  kOnlyLosses,
  kSingleVote,
  // Not rated for a reason that is none of these, or is not known.
  kNoCommonGroup,
};

struct Uncomparable {
  WhyUncomparable why = WhyUncomparable::kNoCommonGroup;
  // 0 when not rated.
  int group = 0;
  // In the order of the rows.
  std::vector<std::string> models;
};

// The reason as a sentence.
std::string_view Explain(WhyUncomparable why);

// Which of the listed rows do not compare with group 1, by reason and group, in the order of each
// one's first row. `counts` are the newest of the board at place `board`, or null; of a model that
// has other votes there than in its row they say nothing.
std::vector<Uncomparable> FindUncomparable(std::span<const LeaderboardRow* const> listed,
                                           const CountsView* counts, size_t board);

}  // namespace arena::rating
