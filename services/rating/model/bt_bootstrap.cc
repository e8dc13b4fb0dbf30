#include "services/rating/model/bt_bootstrap.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "services/rating/model/numeric.h"
#include "services/rating/model/rounds.h"

namespace arena::rating {
namespace {

constexpr uint32_t kNoTable = UINT32_MAX;
constexpr int kMaxIterations = 30;
// A round is solved to a thousandth of a standard error, before its last step.
constexpr double kRoundDecrement = 1e-3;

}  // namespace

struct BradleyTerryBootstrap::Scratch {
  // Weighted votes of each pair and the first model's score.
  std::vector<double> votes;
  std::vector<double> score;
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
  Matrix information = GroundedInformation(models, terms, Probabilities(terms, fit.theta), ground);
  if (FactorCholesky(information)) {
    inverse_ = InvertCholesky(information);
    inverse_(ground, ground) = 0.0;
  }
  std::map<int64_t, uint32_t> table_of_count;
  for (const PairCells& pair : cells_) {
    for (const int64_t count : {pair.wins, pair.losses, pair.ties}) {
      if (count == 0) {
        table_of_.push_back(kNoTable);
        continue;
      }
      const auto [found, is_new] =
          table_of_count.try_emplace(count, static_cast<uint32_t>(tables_.size()));
      if (is_new) tables_.emplace_back(count);
      table_of_.push_back(found->second);
    }
  }
}

std::vector<double> BradleyTerryBootstrap::Run(const BootstrapOptions& options) const {
  std::vector<double> result(static_cast<size_t>(options.rounds) * models_);
  RunRounds(options.rounds, options.threads, [&](int round) {
    thread_local Scratch scratch;
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
  scratch.counts.resize(table_of_.size());
  for (size_t c = 0; c < table_of_.size(); ++c) {
    const uint32_t table = table_of_[c];
    scratch.counts[c] = table == kNoTable ? 0.0 : tables_[table].Draw(random.Bits());
  }
  scratch.votes.resize(cells_.size());
  scratch.score.resize(cells_.size());
  for (size_t t = 0; t < cells_.size(); ++t) {
    const double* drawn = scratch.counts.data() + 3 * t;
    scratch.votes[t] = cells_[t].weight * (drawn[0] + drawn[1] + drawn[2]);
    scratch.score[t] = cells_[t].weight * (drawn[0] + 0.5 * drawn[2]);
  }
}

// θ += H⁻¹ g with the H of the full fit: O(pairs + models²) a step, contracting by the share by
// which the resample's curvature differs. False when that does not happen.
bool BradleyTerryBootstrap::Iterate(Scratch& scratch) const {
  scratch.theta = theta_;
  scratch.gamma.resize(models_);
  for (int iteration = 0; iteration < kMaxIterations; ++iteration) {
    for (uint32_t m = 0; m < models_; ++m) scratch.gamma[m] = Exp(scratch.theta[m]);
    scratch.gradient.assign(models_, 0.0);
    for (size_t t = 0; t < cells_.size(); ++t) {
      const uint32_t first = cells_[t].first, second = cells_[t].second;
      const double p = scratch.gamma[first] / (scratch.gamma[first] + scratch.gamma[second]);
      const double residual = scratch.score[t] - scratch.votes[t] * p;
      scratch.gradient[first] += residual;
      scratch.gradient[second] -= residual;
    }
    scratch.step.assign(models_, 0.0);
    for (uint32_t k = 0; k < models_; ++k) {
      const double* __restrict row = inverse_.Row(k);
      double* __restrict step = scratch.step.data();
      const double g = scratch.gradient[k];
      for (uint32_t m = 0; m < models_; ++m) step[m] += g * row[m];
    }
    double squared_decrement = 0;
    for (uint32_t m = 0; m < models_; ++m) {
      squared_decrement += scratch.step[m] * scratch.gradient[m];
      scratch.theta[m] += scratch.step[m];
    }
    if (!(squared_decrement < 1e12)) return false;
    if (squared_decrement <= kRoundDecrement * kRoundDecrement) return true;
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
