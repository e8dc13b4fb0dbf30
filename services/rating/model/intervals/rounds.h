#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace arena::rating {

// SplitMix64 (Steele, Lea, Flood 2014), in a header for the inner loops of the bootstrap.
class RoundRandom {
 public:
  // Each round of a seed has numbers of its own, so rounds may run in any order and on any thread.
  RoundRandom(uint64_t seed, uint64_t round) : state_(seed) {
    state_ = Bits() ^ (round * 0xd1342543de82ef95u);
    Bits();
  }

  uint64_t Bits() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  // In [0, bound), biased by less than bound / 2^64.
  uint64_t Below(uint64_t bound) {
    return static_cast<uint64_t>((static_cast<unsigned __int128>(Bits()) * bound) >> 64);
  }

  // In (0, 1), never an end.
  double Uniform() { return (static_cast<double>(Bits() >> 11) + 0.5) * 0x1p-53; }

 private:
  uint64_t state_;
};

// Calls `run(round)` for each round, on as many threads as given, each round once. What a round
// computes must depend on its number alone.
void RunRounds(int rounds, int threads, const std::function<void(int round)>& run);

// What rounds give one model: NaN where a round did not rate it, which is left out.
struct RoundSummary {
  double median = 0;
  double lower = 0;  // 2.5 % quantile
  double upper = 0;  // 97.5 % quantile
};
RoundSummary Summarize(std::vector<double> values);

// The q-quantile of ascending values, linear between order statistics (Hyndman and Fan's type 7).
double Quantile(std::span<const double> ascending, double q);

}  // namespace arena::rating
