#pragma once

#include <string_view>

namespace arena::rating {

// Raised whenever a bit of any published leaderboard may differ from what the version before would
// have published; the golden digests in tests/unit/rating_model guard it.
inline constexpr std::string_view kLibraryVersion = "2";

}  // namespace arena::rating
