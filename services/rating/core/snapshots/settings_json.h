#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "services/rating/core/snapshots/series.h"

namespace arena::rating {

// What a snapshot was computed with.
struct PublishedSettings {
  Series series = Series::kCounts;
  // Of the boards, those that the series has none of may be others than its arena's.
  SeriesSettings settings;
};

// Reads what SettingsJson wrote, so that it would write the same bytes again: nothing that a
// leaderboard depends on is passed over. DATA_LOSS for anything that SettingsJson never writes;
// FAILED_PRECONDITION, naming the board or setting, when the text comes from a program that knows
// others than this one.
absl::StatusOr<PublishedSettings> ParseSettingsJson(std::string_view text);

}  // namespace arena::rating
