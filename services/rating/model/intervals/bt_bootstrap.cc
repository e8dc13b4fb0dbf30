#include "services/rating/model/intervals/bt_bootstrap.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "services/rating/model/intervals/rounds.h"

namespace arena::rating {
namespace {

constexpr int kMaxIterations = 30;
// A round is solved to a thousandth of a standard error.
constexpr double kRoundDecrement = 1e-3;

}  // namespace

struct BradleyTerryBootstrap::Scratch {
  PairScores pairs;
  std::vector<double> counts;  // as drawn, three a pair
  std::vector<double> theta;
  std::vector<double> gamma;
  std::vector<double> gradient;
  std::vector<double> step;
};

BradleyTerryBootstrap::BradleyTerryBootstrap(uint32_t models, std::span<const PairCells> cells,
                                             const BradleyTerryFit& fit,
                                             std::span<const double> gauge)
    : models_(models),
      cells_(cells.begin(), cells.end()),
      theta_(fit.theta),
      gauge_(gauge.begin(), gauge.end()) {
  const auto terms = TermsOf(cells);
  const uint32_t ground = GroundOf(models, terms);
  Matrix information = GroundedInformation(models, terms, fit.theta, ground);
  if (FactorCholesky(information)) {
    inverse_ = InvertCholesky(information);
    inverse_(ground, ground) = 0.0;
  }
  std::map<int64_t, uint32_t> table_of_count;
  pairs_ = PairScores(terms);
  uint32_t cell = 0;
  for (const PairCells& pair : cells_) {
    for (const int64_t count : {pair.wins, pair.losses, pair.ties}) {
      const uint32_t number = cell++;
      if (count == 0) continue;
      const auto [found, is_new] =
          table_of_count.try_emplace(count, static_cast<uint32_t>(tables_.size()));
      if (is_new) tables_.emplace_back(count);
      sources_.push_back({number, found->second});
    }
  }
}

std::vector<double> BradleyTerryBootstrap::Run(const BootstrapOptions& options) const {
  std::vector<double> result(static_cast<size_t>(options.rounds) * models_);
  RunRounds(options.rounds, options.threads, [&](int round) {
    thread_local Scratch scratch;
    if (round == 0 || scratch.pairs.size() != pairs_.size()) scratch.pairs = pairs_;
    const auto number = static_cast<uint64_t>(round);
    RunRound(options.seed, number, scratch, result.data() + number * models_);
  });
  return result;
}

void BradleyTerryBootstrap::RunRound(uint64_t seed, uint64_t round, Scratch& scratch,
                                     double* result) const {
  Resample(seed, round, scratch);
  if (!Iterate(scratch)) {
    FitLargestPart(scratch, result);
    return;
  }
  double level = 0;
  for (uint32_t m = 0; m < models_; ++m) level += gauge_[m] * scratch.theta[m];
  for (uint32_t m = 0; m < models_; ++m) result[m] = scratch.theta[m] - level;
}

void BradleyTerryBootstrap::Resample(uint64_t seed, uint64_t round, Scratch& scratch) const {
  RoundRandom random(seed, round);
  scratch.counts.assign(3 * cells_.size(), 0.0);
  for (const Source& source : sources_) {
    scratch.counts[source.cell] = tables_[source.table].Draw(random.Bits());
  }
  for (size_t t = 0; t < cells_.size(); ++t) {
    const double* drawn = scratch.counts.data() + 3 * t;
    const double w = cells_[t].weight;
    scratch.pairs.first_score[t] = w * (drawn[0] + 0.5 * drawn[2]);
    scratch.pairs.second_score[t] = w * (drawn[1] + 0.5 * drawn[2]);
  }
}

// θ += H⁻¹ g with the H of the full fit: O(pairs + models²) a step, contracting by the share by
// which the resample's curvature differs. False when that does not happen.
bool BradleyTerryBootstrap::Iterate(Scratch& scratch) const {
  scratch.theta = theta_;
  double last_decrement = INFINITY;
  for (int iteration = 0; iteration < kMaxIterations; ++iteration) {
    if (!Strengths(scratch.theta, scratch.gamma)) return false;
    ScoreGradient(scratch.pairs, scratch.gamma, scratch.gradient);
    MultiplySymmetric(inverse_, scratch.gradient, scratch.step);
    double squared = 0;
    for (uint32_t m = 0; m < models_; ++m) {
      squared += scratch.step[m] * scratch.gradient[m];
      scratch.theta[m] += scratch.step[m];
    }
    const double decrement = std::sqrt(std::max(0.0, squared));
    // What is left after this step is the share by which the last one contracted.
    if (decrement / last_decrement * decrement <= kRoundDecrement) return true;
    last_decrement = decrement;
  }
  return false;
}

void BradleyTerryBootstrap::FitLargestPart(const Scratch& scratch, double* result) const {
  std::vector<PairTerm> terms;
  for (size_t t = 0; t < cells_.size(); ++t) {
    const double* drawn = scratch.counts.data() + 3 * t;
    if (drawn[0] + drawn[1] + drawn[2] == 0) continue;
    const double w = cells_[t].weight;
    terms.push_back({.first = cells_[t].first,
                     .second = cells_[t].second,
                     .wins = w * drawn[0],
                     .losses = w * drawn[1],
                     .ties = w * drawn[2]});
  }
  std::fill(result, result + models_, NAN);
  const auto parts = StronglyConnectedParts(models_, Edges(terms));
  const auto& part = *std::ranges::max_element(parts, {}, &std::vector<uint32_t>::size);
  if (part.size() < 2) return;
  const auto fit =
      FitBradleyTerry(static_cast<uint32_t>(part.size()), Within(part, models_, terms));
  if (!fit.ok()) return;
  // Where the gauge's models of this part stood in the full fit, they stand on average now.
  double level = 0, share = 0, full_level = 0;
  for (uint32_t m = 0; m < models_; ++m) full_level += gauge_[m] * theta_[m];
  for (size_t k = 0; k < part.size(); ++k) {
    level += gauge_[part[k]] * (fit->theta[k] - theta_[part[k]]);
    share += gauge_[part[k]];
  }
  if (share == 0) return;
  for (size_t k = 0; k < part.size(); ++k) {
    result[part[k]] = fit->theta[k] - level / share - full_level;
  }
}

}  // namespace arena::rating
