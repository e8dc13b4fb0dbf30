#pragma once

#include <cstdlib>

namespace arena::testing {

// Whether this run is one of ./arena test long, which tries every case instead of a few, on a
// machine of its own: only there may a test judge how long something took.
inline bool IsLongRun() { return std::getenv("ARENA_LONG_TESTS") != nullptr; }

}  // namespace arena::testing
