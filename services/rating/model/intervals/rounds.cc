#include "services/rating/model/intervals/rounds.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>

namespace arena::rating {

void RunRounds(int rounds, int threads, const std::function<void(int round)>& run) {
  std::atomic<int> next = 0;
  const auto work = [&] {
    for (int round = next++; round < rounds; round = next++) run(round);
  };
  std::vector<std::jthread> helpers;
  for (int t = 1; t < std::min(threads, rounds); ++t) helpers.emplace_back(work);
  work();
}

double Quantile(std::span<const double> ascending, double q) {
  if (ascending.empty()) return NAN;
  const double place = q * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, ascending.size() - 1);
  const double share = place - static_cast<double>(below);
  return ascending[below] + share * (ascending[above] - ascending[below]);
}

RoundSummary Summarize(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  std::ranges::sort(values);
  return {.median = Quantile(values, 0.5),
          .lower = Quantile(values, 0.025),
          .upper = Quantile(values, 0.975)};
}

}  // namespace arena::rating
