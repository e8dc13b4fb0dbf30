#include "tests/bench/rating/votes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include "services/rating/model/intervals/rounds.h"
#include "services/rating/model/numeric/numeric.h"

namespace arena::bench {
namespace {

using rating::Outcome;
using rating::RoundRandom;

// Draws models in proportion to 1 / (rank + 3), by the cumulative sums.
class Popularity {
 public:
  explicit Popularity(uint32_t models) {
    double sum = 0;
    for (uint32_t m = 0; m < models; ++m) cumulated_.push_back(sum += 1.0 / (m + 3.0));
  }

  uint16_t Draw(RoundRandom& random) const {
    const double u = random.Uniform() * cumulated_.back();
    return static_cast<uint16_t>(std::ranges::lower_bound(cumulated_, u) - cumulated_.begin());
  }

 private:
  std::vector<double> cumulated_;
};

Outcome DrawOutcome(double difference, RoundRandom& random) {
  const double p = rating::Logistic(difference);
  const double tie = std::min({0.3, 2 * p, 2 * (1 - p)});
  const double u = random.Uniform();
  if (u < tie) return u < tie / 2 ? Outcome::kTie : Outcome::kBothBad;
  return u < tie / 2 + p ? Outcome::kLeft : Outcome::kRight;
}

const char* WinnerName(uint32_t outcome) {
  static constexpr const char* kNames[] = {"model_a", "model_b", "tie", "both_bad"};
  return kNames[outcome];
}

}  // namespace

std::vector<PackedVote> MakeVotes(size_t count, uint32_t models, uint64_t seed) {
  RoundRandom random(seed, models);
  std::vector<double> strengths;
  for (uint32_t m = 0; m < models; ++m) {
    // A sum of four uniform numbers is near enough to normal; deviation 0.8.
    double sum = 0;
    for (int n = 0; n < 4; ++n) sum += random.Uniform() - 0.5;
    strengths.push_back(sum * 1.4);
  }
  const Popularity popularity(models);
  std::vector<PackedVote> votes;
  votes.reserve(count);
  while (votes.size() < count) {
    const uint16_t left = popularity.Draw(random), right = popularity.Draw(random);
    if (left == right) continue;
    const auto outcome =
        static_cast<uint32_t>(DrawOutcome(strengths[left] - strengths[right], random)) & 3u;
    const auto categories =
        static_cast<uint32_t>(random.Bits() & random.Bits() & random.Bits() & 0xfffffe) | 1u;
    votes.push_back({left, right, outcome & 3u, categories & 0x3fffffffu});
  }
  return votes;
}

std::string ModelName(uint32_t model) { return fmt::format("model-{:03}", model); }

void WriteCsv(const std::vector<PackedVote>& votes, const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "w"),
                                                             std::fclose);
  if (!file) throw std::runtime_error("cannot write " + path);
  std::string text = "model_a,model_b,winner\n";
  for (const PackedVote& vote : votes) {
    fmt::format_to(std::back_inserter(text), "model-{:03},model-{:03},{}\n", vote.left, vote.right,
                   WinnerName(vote.outcome));
    if (text.size() < 1 << 20) continue;
    std::fwrite(text.data(), 1, text.size(), file.get());
    text.clear();
  }
  std::fwrite(text.data(), 1, text.size(), file.get());
}

}  // namespace arena::bench
