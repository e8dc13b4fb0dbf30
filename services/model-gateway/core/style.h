#pragma once

#include <optional>
#include <string_view>

#include "common/domain/battle.h"

namespace arena::model_gateway {

// A token is about four bytes of text where nobody counted.
int EstimateTokens(std::string_view text);

// Counts Markdown headers, list items and bold spans of a reply, outside of fenced code. `tokens`
// is the provider's count, or else the estimate.
StyleCounts CountStyle(std::string_view text, std::optional<int> tokens);

}  // namespace arena::model_gateway
