#include "services/rating/core/answers/statistics_summary.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "absl/time/civil_time.h"

namespace arena::rating {
namespace {

std::string DateOf(int32_t day) { return absl::FormatCivilTime(absl::CivilDay(1970, 1, 1) + day); }

}  // namespace

StatisticsSummary Summarize(const VoteStatistics& statistics, size_t languages, size_t days) {
  StatisticsSummary summary;
  for (const auto& [language, votes] : statistics.languages()) {
    summary.languages.push_back({language, votes});
    summary.votes += votes;
  }
  std::ranges::sort(summary.languages, {}, [](const StatisticsSummary::Share& share) {
    return std::tuple(-share.votes, share.name);
  });
  while (summary.languages.size() > languages) {
    summary.other_language_votes += summary.languages.back().votes;
    summary.languages.pop_back();
  }
  const auto& all_days = statistics.days();
  const size_t skipped = all_days.size() - std::min(all_days.size(), days);
  for (auto day = std::next(all_days.begin(), static_cast<std::ptrdiff_t>(skipped));
       day != all_days.end(); ++day) {
    summary.days.push_back({DateOf(day->first), day->second});
  }
  const int64_t left = statistics.votes(Outcome::kLeft);
  const int64_t right = statistics.votes(Outcome::kRight);
  if (left + right > 0) {
    summary.left_share = static_cast<double>(left) / static_cast<double>(left + right);
  }
  return summary;
}

}  // namespace arena::rating
