#include "services/rating/model/intervals/elo_bootstrap.h"

#include "services/rating/model/numeric/scale.h"
#include "services/rating/model/votes/elo_history.h"

namespace arena::rating {
namespace {

struct Vote {
  uint16_t left;
  uint16_t right;
  Outcome outcome;
};

// One entry a vote, in an order that depends on the counts alone. Sides do not matter to Elo.
std::vector<Vote> Expand(const PairCounts& counts, std::span<const uint32_t> models) {
  std::vector<Vote> votes;
  votes.reserve(static_cast<size_t>(counts.total()));
  for (uint32_t i = 0; i < models.size(); ++i) {
    for (uint32_t j = i + 1; j < models.size(); ++j) {
      const PairTotals totals = counts.Totals(models[i], models[j]);
      const auto add = [&](int64_t times, Outcome outcome) {
        votes.insert(votes.end(), static_cast<size_t>(times),
                     Vote{static_cast<uint16_t>(i), static_cast<uint16_t>(j), outcome});
      };
      add(totals.wins_a, Outcome::kLeft);
      add(totals.wins_b, Outcome::kRight);
      add(totals.ties + totals.both_bad, Outcome::kTie);
    }
  }
  return votes;
}

}  // namespace

std::vector<RoundSummary> BootstrapElo(const PairCounts& counts, std::span<const uint32_t> models,
                                       const EloBootstrapOptions& options) {
  const std::vector<Vote> votes = Expand(counts, models);
  const auto rounds = static_cast<size_t>(options.rounds);
  std::vector<double> ratings(rounds * models.size(), kMeanRating);
  RunRounds(options.rounds, options.threads, [&](int round) {
    RoundRandom random(options.seed, static_cast<uint64_t>(round));
    double* mine = ratings.data() + static_cast<size_t>(round) * models.size();
    for (size_t n = 0; n < votes.size(); ++n) {
      const Vote& vote = votes[random.Below(votes.size())];
      EloUpdate(mine[vote.left], mine[vote.right], vote.outcome, options.k);
    }
  });
  std::vector<RoundSummary> summaries;
  for (size_t m = 0; m < models.size(); ++m) {
    std::vector<double> of_model(rounds);
    for (size_t r = 0; r < rounds; ++r) of_model[r] = ratings[r * models.size() + m];
    summaries.push_back(Summarize(std::move(of_model)));
  }
  return summaries;
}

}  // namespace arena::rating
