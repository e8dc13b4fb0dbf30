#pragma once

#include <string_view>

#include "absl/status/status.h"

// The situations that matchmaker alone knows.
namespace arena::matchmaker {

absl::Status CapabilitiesTooNarrow();
absl::Status RedrawNotPossible();
// `model` is the name as it was sent; `what` completes the sentence "The model's …".
absl::Status ModelInvalid(std::string_view model, std::string_view what);

}  // namespace arena::matchmaker
