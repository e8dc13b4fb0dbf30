#include <string_view>

#include "tools/arenactl/rate/pair_counts_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace arena::rate;
  RatingInput input({});
  ReadPairCounts({reinterpret_cast<const char*>(data), size}, input).IgnoreError();
  return 0;
}
