#include "tests/fuzz/rating/fuzz_input.h"
#include "tools/arenactl/rate/json_reader.h"

// JSON lines or arrays, with everything kept.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace arena::rate;
  const FuzzFile file(data, size);
  RatingInput input({.elo_k = 32, .needs_clusters = true, .needs_propensity = true});
  auto source = TextSource::Open(file.path());
  if (source.ok()) ReadJson(**source, input).IgnoreError();
  input.elo().Ratings();
  return 0;
}
