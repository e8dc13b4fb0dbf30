#pragma once

#include <cstdint>

namespace arena::testing {

// The seed of this run: ARENA_TEST_SEED when it is set, else drawn anew. It is printed before the
// first test, so that a failing run can be replayed.
uint64_t TestSeed();

}  // namespace arena::testing
