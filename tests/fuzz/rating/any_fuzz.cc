#include "services/rating/model/leaderboard/canonical_json.h"
#include "tests/fuzz/rating/fuzz_input.h"
#include "tools/arenactl/rate/read_votes.h"

// A file of any kind, gzip among them, and the leaderboard of what it holds.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace arena::rate;
  const FuzzFile file(data, size);
  const auto input = ReadVotes(file.path(), {});
  if (!input.ok()) return 0;
  const auto board = arena::rating::ComputeLeaderboard({input->models(), input->counts()},
                                                       arena::rating::Settings{});
  if (board.ok()) arena::rating::CanonicalJson(*board);
  return 0;
}
