#include "tests/fuzz/rating/fuzz_input.h"
#include "tools/arenactl/rate/csv_reader.h"

// CSV rows behind a header that is right: the plain and the general way through the reader must
// agree on what they count.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace arena::rate;
  const std::string rows(reinterpret_cast<const char*>(data), size);
  const std::string plain = "model_a,model_b,winner\n" + rows;
  const std::string general = "model_a,model_b,\"winner\"\n" + rows;
  int64_t totals[2] = {0, 0}, bad[2] = {0, 0};
  const InputOptions options[2] = {{}, {.needs_clusters = true}};
  for (int way = 0; way < 2; ++way) {
    const std::string& text = way == 0 ? plain : general;
    const FuzzFile file(reinterpret_cast<const uint8_t*>(text.data()), text.size());
    RatingInput input(options[way]);
    auto source = TextSource::Open(file.path());
    if (!source.ok() || !ReadCsv(**source, input).ok()) return 0;
    totals[way] = input.counts().total();
    bad[way] = input.bad_rows().count();
  }
  if (totals[0] != totals[1] || bad[0] != bad[1]) __builtin_trap();
  return 0;
}
