#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/rating/core/log/vote_statistics.h"

namespace arena::rating {

// The part of the statistics that readers want to see.
struct StatisticsSummary {
  struct Share {
    // A language or a day.
    std::string name;
    int64_t votes = 0;

    friend bool operator==(const Share&, const Share&) = default;
  };

  int64_t votes = 0;
  // Most votes first, then by code; "und" where the language is not known.
  std::vector<Share> languages;
  int64_t other_language_votes = 0;
  // YYYY-MM-DD, oldest first.
  std::vector<Share> days;
  // Of the votes for a side, those for the left one; nothing without such votes.
  std::optional<double> left_share;
};

// With at most so many languages, and the newest days that have votes.
StatisticsSummary Summarize(const VoteStatistics& statistics, size_t languages, size_t days);

}  // namespace arena::rating
