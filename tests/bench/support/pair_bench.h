#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "tests/bench/support/bench_database.h"
#include "tests/bench/support/load.h"
#include "tests/bench/support/report.h"

namespace CLI {
class App;
}

namespace arena::bench {

struct PairOptions {
  bool is_quick = false;
  bool is_json = false;
  int pairs = 7;
  // Of one run of one side.
  int64_t calls = 30'000;
  size_t outstanding = 1'024;
  size_t connections = 4;
  // How long each side is watched at half its rate, and how often.
  double paced_seconds = 3;
  int paced_pairs = 3;
  // Calls before the first pair.
  int64_t warm_up = 10'000;
  // What this program serves instead of measuring, when it is its own child.
  bool is_echo = false;
};

// Adds the flags of all fields.
void AddPairFlags(CLI::App& app, PairOptions& options);
// Makes the run a matter of seconds when --quick was given.
void ShortenIfQuick(PairOptions& options);
// The most calls to either side, however fast it is below `fastest` calls a second.
int64_t MostCalls(const PairOptions& options, double fastest);

// One side of the comparison.
struct BenchSide {
  Target& target;
  pid_t pid;
};

// The rules of tests/bench/README.md: echo and ours take turns, with the same client; medians; then
// each at half of its own rate, again in turns, for the 99th percentile.
class PairBench {
 public:
  // `our_calls` limits the calls to ours (a vote needs a battle of its own); none are made beyond.
  PairBench(const PairOptions& options, BenchDatabase& database, BenchSide echo, BenchSide ours,
            int64_t our_calls);

  // `aim` is the least rate of ours; 0 when there is none.
  absl::Status Run(const Report& report, double aim);

  // Calls made to ours, all of them answered.
  int64_t our_calls_made() const { return made_; }

 private:
  absl::StatusOr<LoadResult> RunEcho(int64_t calls, double rate);
  absl::StatusOr<LoadResult> RunOurs(int64_t calls, double rate);
  absl::Status RunPairs(const Report& report, double aim);
  absl::Status RunPaced(const Report& report);

  const PairOptions options_;
  BenchDatabase& database_;
  const BenchSide echo_;
  const BenchSide ours_;
  const int64_t our_calls_;
  int64_t made_ = 0;
  int64_t echoed_ = 0;
  double echo_rate_ = 0;
  double our_rate_ = 0;
};

// Adds what PostgreSQL wrote ahead since `before` for `calls` calls. To be called when the service
// has ended: a connection tells its counts once a second, and the last of them when it closes.
absl::Status AddWalFigures(const Report& report, BenchDatabase& database, const WalCounters& before,
                           int64_t calls);

}  // namespace arena::bench
