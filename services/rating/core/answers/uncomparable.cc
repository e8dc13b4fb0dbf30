#include "services/rating/core/answers/uncomparable.h"

#include <algorithm>
#include <optional>

namespace arena::rating {
namespace {

// What an unrated model's votes say. It has no ties, since a tie ties two models into a group.
WhyUncomparable WhyUnrated(const LeaderboardRow& row, const CountsView* view, size_t board) {
  if (row.votes == 1) return WhyUncomparable::kSingleVote;
  if (view == nullptr) return WhyUncomparable::kNoCommonGroup;
  const std::optional<uint32_t> model = view->models->Find(row.model);
  const PairCounts& counts = *view->boards[board].counts;
  if (!model || *model >= counts.size()) return WhyUncomparable::kNoCommonGroup;
  PairTotals all;
  for (uint32_t other = 0; other < counts.size(); ++other) {
    if (other == *model) continue;
    const PairTotals totals = counts.Totals(*model, other);
    all.wins_a += totals.wins_a;
    all.wins_b += totals.wins_b;
    all.ties += totals.ties;
    all.both_bad += totals.both_bad;
  }
  if (all.Total() == row.votes) {
    if (all.wins_a == row.votes) return WhyUncomparable::kOnlyWins;
    if (all.wins_b == row.votes) return WhyUncomparable::kOnlyLosses;
  }
  return WhyUncomparable::kNoCommonGroup;
}

}  // namespace

std::string_view Explain(WhyUncomparable why) {
  switch (why) {
    case WhyUncomparable::kSeparateGroup:
      return "They compare with each other, but have not both won and lost against the models of "
             "group 1, directly or through others; a tie counts as both.";
    case WhyUncomparable::kOnlyWins:
      return "Each has been preferred in all of its votes so far, so no rating is high enough.";
    case WhyUncomparable::kOnlyLosses:
      return "Each has been preferred in none of its votes so far, so no rating is low enough.";
    case WhyUncomparable::kSingleVote:
      return "Each has a single vote so far.";
    case WhyUncomparable::kNoCommonGroup:
      return "None has both won and lost, directly or through others, against any one model.";
  }
  return "";
}

std::vector<Uncomparable> FindUncomparable(std::span<const LeaderboardRow* const> listed,
                                           const CountsView* counts, size_t board) {
  std::vector<Uncomparable> found;
  for (const LeaderboardRow* row : listed) {
    if (row->group == 1) continue;
    const WhyUncomparable why =
        row->group > 1 ? WhyUncomparable::kSeparateGroup : WhyUnrated(*row, counts, board);
    auto same = std::ranges::find_if(found, [&](const Uncomparable& uncomparable) {
      return uncomparable.why == why && uncomparable.group == row->group;
    });
    if (same == found.end()) {
      same = found.insert(found.end(), {.why = why, .group = row->group, .models = {}});
    }
    same->models.push_back(row->model);
  }
  return found;
}

}  // namespace arena::rating
