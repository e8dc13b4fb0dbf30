#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "tests/support/seed.h"

namespace arena::testing {

uint64_t TestSeed() {
  static const uint64_t seed = [] {
    if (const char* given = std::getenv("ARENA_TEST_SEED")) return std::stoull(given);
    return static_cast<unsigned long long>(std::random_device{}());
  }();
  return seed;
}

}  // namespace arena::testing

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  std::printf("ARENA_TEST_SEED=%llu\n",
              static_cast<unsigned long long>(arena::testing::TestSeed()));
  return RUN_ALL_TESTS();
}
