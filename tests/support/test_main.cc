#include <gtest/gtest.h>
#include <sys/resource.h>

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

namespace {

// Some tests hold thousands of connections; how many a shell allows at first says little.
void AllowAsManyFilesAsThereMayBe() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &files);
}

// A filter that selects nothing, as after a renaming, must not pass for a test. A run that only
// lists tests, or shows help, never starts.
bool HasTestedNothing() {
  const ::testing::UnitTest& run = *::testing::UnitTest::GetInstance();
  return run.start_timestamp() != 0 && run.successful_test_count() == 0;
}

}  // namespace

int main(int argc, char** argv) {
  AllowAsManyFilesAsThereMayBe();
  ::testing::InitGoogleTest(&argc, argv);
  std::printf("ARENA_TEST_SEED=%llu\n",
              static_cast<unsigned long long>(arena::testing::TestSeed()));
  const int result = RUN_ALL_TESTS();
  if (!HasTestedNothing()) return result;
  std::fprintf(stderr, "No test has passed.\n");
  return 1;
}
