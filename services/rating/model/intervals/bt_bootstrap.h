#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "services/rating/model/fit/bradley_terry.h"
#include "services/rating/model/fit/pair_scores.h"
#include "services/rating/model/intervals/poisson_table.h"
#include "services/rating/model/votes/pair_terms.h"

namespace arena::rating {

struct BootstrapOptions {
  int rounds = 100;
  uint64_t seed = 1;
  int threads = 1;
};

// Bradley-Terry over Poisson resamples of the outcome cells (each count is drawn anew with itself
// as the mean). Row r of the result holds θ of round r less Σ a_k θ_k for the gauge a: an anchored
// board is anchored again in each round. Where a resample separates models from the rest, these are
// NaN in that round and the others are aligned by the gauge's models that remain.
class BradleyTerryBootstrap {
 public:
  // `fit` is the maximum for `cells`.
  BradleyTerryBootstrap(uint32_t models, std::span<const PairCells> cells,
                        const BradleyTerryFit& fit, std::span<const double> gauge);

  // Rounds × models, row by row.
  std::vector<double> Run(const BootstrapOptions& options) const;

 private:
  struct Scratch;

  void RunRound(uint64_t seed, uint64_t round, Scratch& scratch, double* result) const;
  void Resample(uint64_t seed, uint64_t round, Scratch& scratch) const;
  bool Iterate(Scratch& scratch) const;
  void FitLargestPart(const Scratch& scratch, double* result) const;

  uint32_t models_;
  std::vector<PairCells> cells_;
  PairScores pairs_;
  std::vector<double> theta_;
  std::vector<double> gauge_;
  Matrix inverse_;
  std::vector<PoissonTable> tables_;
  // The cells that have votes: number (three a pair: wins, losses, ties) and table.
  struct Source {
    uint32_t cell;
    uint32_t table;
  };
  std::vector<Source> sources_;
};

}  // namespace arena::rating
