#include "tests/fuzz/rating/fuzz_input.h"
#include "tools/arenactl/rate/csv_reader.h"

namespace arena::rate {
namespace {

bool Read(const std::string& text, RatingInput& input) {
  const FuzzFile file(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  const auto source = TextSource::Open(file.path());
  return source.ok() && ReadCsv(**source, input).ok();
}

// Both meet the models in the same order, so pairs have the same numbers.
bool AreEqual(const RatingInput& a, const RatingInput& b) {
  if (a.models().size() != b.models().size()) return false;
  for (uint32_t model = 0; model < a.models().size(); ++model) {
    if (a.models().Name(model) != b.models().Name(model)) return false;
  }
  return a.counts() == b.counts() && a.bad_rows().count() == b.bad_rows().count();
}

}  // namespace
}  // namespace arena::rate

// CSV rows behind a header that is right: the plain and the general way through the reader must
// agree on whether they can be read, and on what they count.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace arena::rate;
  const std::string rows(reinterpret_cast<const char*>(data), size);
  RatingInput plain({}), general({.needs_clusters = true});
  const bool is_read = Read("model_a,model_b,winner\n" + rows, plain);
  if (Read("model_a,model_b,\"winner\"\n" + rows, general) != is_read) __builtin_trap();
  if (is_read && !AreEqual(plain, general)) __builtin_trap();
  return 0;
}
