#pragma once

#include "absl/status/status.h"

namespace arena::arenactl {

// An error of a call that names a board; when there is none of that name it goes on to say which
// there are.
absl::Status WithBoards(const absl::Status& status);

}  // namespace arena::arenactl
