#include "services/matchmaker/core/errors.h"

#include <fmt/format.h>

#include <string>

#include "common/base/errors.h"

namespace arena::matchmaker {

absl::Status CapabilitiesTooNarrow() {
  return BeyondLimit("kSmallestFilteredSet",
                     MakeError(absl::StatusCode::kInvalidArgument, "CAPABILITIES_TOO_NARROW",
                               "Too few models have the required capabilities; ask for fewer.",
                               {{"field", "required_capabilities"}}));
}

absl::Status RedrawNotPossible() {
  return MakeError(absl::StatusCode::kFailedPrecondition, "REDRAW_NOT_POSSIBLE",
                   "This side cannot be drawn again.");
}

absl::Status ModelInvalid(std::string_view model, std::string_view what) {
  return MakeError(absl::StatusCode::kInvalidArgument, "MODEL_INVALID",
                   fmt::format("Model '{}': its {}.", Clipped(model), what),
                   {{"model", std::string(Clipped(model))}, {"what", std::string(what)}});
}

}  // namespace arena::matchmaker
