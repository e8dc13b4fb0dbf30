#include "services/rating/model/vote_likelihood.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <tuple>

#include "services/rating/model/bradley_terry.h"
#include "services/rating/model/numeric.h"

namespace arena::rating {
namespace {

constexpr size_t kBlockVotes = 512;

// Σ a[v] in four lanes, v mod 4, then (0 + 1) + (2 + 3): an order that needs no licence to reorder.
template <typename Term>
double LaneSum(size_t begin, size_t end, Term term) {
  double lanes[4] = {0, 0, 0, 0};
  size_t v = begin;
  for (; v + 4 <= end; v += 4) {
    for (size_t lane = 0; lane < 4; ++lane) lanes[lane] += term(v + lane);
  }
  for (size_t lane = 0; v < end; ++v, ++lane) lanes[lane] += term(v);
  return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}

auto ContentOf(const VoteLikelihood::Observation& o) {
  return std::tie(o.first, o.second, o.features, o.score, o.weight, o.squared_weight);
}

}  // namespace

// A stretch of votes with what depends on the parameters.
struct VoteLikelihood::Block {
  // Parts of runs, as offsets into the arrays.
  struct Piece {
    uint32_t first;
    uint32_t second;
    size_t begin;
    size_t end;
  };
  std::vector<Piece> pieces;
  size_t begin = 0;  // of the first vote
  size_t size = 0;
  // Score less probability, and p (1 - p), unweighted.
  std::array<double, kBlockVotes> residual;
  std::array<double, kBlockVotes> spread;
  // Features, one array a coefficient.
  std::array<std::array<double, kBlockVotes>, kFeatures> x;
};

VoteLikelihood::VoteLikelihood(uint32_t models, std::vector<Observation> observations,
                               const Options& options)
    : models_(models) {
  std::ranges::sort(observations, [](const Observation& a, const Observation& b) {
    return ContentOf(a) < ContentOf(b);
  });
  const bool is_weighted = std::ranges::any_of(observations, [](const Observation& o) {
    return o.weight != 1.0 || o.squared_weight != 1.0;
  });
  for (size_t v = 0; v < observations.size(); ++v) {
    const Observation& o = observations[v];
    if (runs_.empty() || runs_.back().first != o.first || runs_.back().second != o.second) {
      runs_.push_back({o.first, o.second, v, v});
    }
    runs_.back().end = v + 1;
    scores_.push_back(o.score);
    if (is_weighted) {
      weights_.push_back(o.weight);
      squared_weights_.push_back(o.squared_weight);
    }
  }
  if (options.left_coefficient) Standardize(0, observations, /*is_centred=*/false);
  for (size_t k = 1; options.style_control && k < kFeatures; ++k) {
    Standardize(k, observations, options.is_centred);
  }
  if (options.is_clustered) GroupByCluster(observations);
}

// The side is ±1 and stays so. Style is standardized over the votes, not over their weights.
void VoteLikelihood::Standardize(size_t feature, const std::vector<Observation>& observations,
                                 bool is_centred) {
  const auto count = static_cast<double>(observations.size());
  const auto value = [&](size_t v) { return double{observations[v].features[feature]}; };
  const double mean = LaneSum(0, observations.size(), value) / count;
  const double variance = LaneSum(0, observations.size(),
                                  [&](size_t v) { return (value(v) - mean) * (value(v) - mean); }) /
                          count;
  if (!(variance > 0)) return;
  active_.push_back(feature);
  scales_.push_back(feature == 0 ? 1.0 : 1.0 / std::sqrt(variance));
  shifts_.push_back(is_centred ? mean : 0.0);
  std::vector<float>& column = features_.emplace_back();
  column.reserve(observations.size());
  for (const Observation& o : observations) column.push_back(o.features[feature]);
}

// Clusters in an order of their contents: votes alike have one number, and a cluster is its list.
void VoteLikelihood::GroupByCluster(const std::vector<Observation>& observations) {
  struct Cluster {
    std::vector<uint32_t> contents;
    std::vector<uint32_t> votes;
  };
  std::map<uint32_t, Cluster> clusters;
  uint32_t content = 0;
  for (uint32_t v = 0; v < observations.size(); ++v) {
    if (v > 0 && ContentOf(observations[v]) != ContentOf(observations[v - 1])) content = v;
    Cluster& cluster = clusters[observations[v].cluster];
    cluster.contents.push_back(content);
    cluster.votes.push_back(v);
  }
  std::vector<Cluster> ordered;
  for (auto& [number, cluster] : clusters) ordered.push_back(std::move(cluster));
  std::ranges::sort(ordered, {}, &Cluster::contents);
  for (Cluster& cluster : ordered) clusters_.push_back(std::move(cluster.votes));
}

template <typename Visit>
void VoteLikelihood::ForEachBlock(std::span<const double> parameters, Visit visit) const {
  const size_t count = active_.size();
  auto block = std::make_unique<Block>();
  std::array<double, kBlockVotes> logit;
  auto run = runs_.begin();
  for (size_t begin = 0; begin < scores_.size(); begin += block->size) {
    block->begin = begin;
    block->size = std::min(kBlockVotes, scores_.size() - begin);
    const size_t end = begin + block->size;
    block->pieces.clear();
    for (; run != runs_.end() && run->begin < end; ++run) {
      const size_t from = std::max(run->begin, begin) - begin, to = std::min(run->end, end) - begin;
      block->pieces.push_back({run->first, run->second, from, to});
      const double difference = parameters[run->first] - parameters[run->second];
      for (size_t v = from; v < to; ++v) logit[v] = difference;
      if (run->end > end) break;
    }
    for (size_t k = 0; k < count; ++k) {
      const double coefficient = parameters[models_ + k], scale = scales_[k], shift = shifts_[k];
      const float* __restrict raw = features_[k].data() + begin;
      double* __restrict x = block->x[k].data();
      for (size_t v = 0; v < block->size; ++v) {
        x[v] = (double{raw[v]} - shift) * scale;
        logit[v] += coefficient * x[v];
      }
    }
    const float* __restrict score = scores_.data() + begin;
    for (size_t v = 0; v < block->size; ++v) {
      const double p = 1.0 / (1.0 + Exp(-logit[v]));
      block->residual[v] = double{score[v]} - p;
      block->spread[v] = p * (1.0 - p);
    }
    visit(*block);
  }
}

void VoteLikelihood::AddOuter(const Block& block, const double* weights, Matrix& matrix) const {
  const auto count = static_cast<uint32_t>(active_.size());
  for (const Block::Piece& piece : block.pieces) {
    const auto sum = [&](auto term) { return LaneSum(piece.begin, piece.end, term); };
    AddDifference(matrix, piece.first, piece.second, sum([&](size_t v) { return weights[v]; }));
    for (uint32_t k = 0; k < count; ++k) {
      const double* x = block.x[k].data();
      AddCross(matrix, piece.first, piece.second, models_ + k,
               sum([&](size_t v) { return weights[v] * x[v]; }));
    }
  }
  for (uint32_t k = 0; k < count; ++k) {
    for (uint32_t l = 0; l <= k; ++l) {
      const double* x = block.x[k].data();
      const double* y = block.x[l].data();
      const double sum =
          LaneSum(0, block.size, [&](size_t v) { return weights[v] * (x[v] * y[v]); });
      matrix(models_ + k, models_ + l) += sum;
      if (l != k) matrix(models_ + l, models_ + k) += sum;
    }
  }
}

std::vector<double> VoteLikelihood::Start() const {
  std::vector<PairTerm> terms;
  for (const Run& run : runs_) {
    PairTerm term{.first = run.first, .second = run.second};
    for (size_t v = run.begin; v < run.end; ++v) {
      const double weight = weights_.empty() ? 1.0 : weights_[v];
      term.wins += weight * double{scores_[v]};
      term.losses += weight * (1.0 - double{scores_[v]});
    }
    terms.push_back(term);
  }
  std::vector<double> start(size());
  if (const auto fit = FitBradleyTerry(models_, terms); fit.ok()) {
    std::ranges::copy(fit->theta, start.begin());
  }
  return start;
}

void VoteLikelihood::Evaluate(std::span<const double> parameters, std::vector<double>& gradient,
                              Matrix& information) const {
  gradient.assign(size(), 0.0);
  information.SetZero();
  ForEachBlock(parameters, [&](Block& block) {
    if (!weights_.empty()) {
      const double* weights = weights_.data() + block.begin;
      for (size_t v = 0; v < block.size; ++v) {
        block.residual[v] *= weights[v];
        block.spread[v] *= weights[v];
      }
    }
    for (const Block::Piece& piece : block.pieces) {
      const double sum =
          LaneSum(piece.begin, piece.end, [&](size_t v) { return block.residual[v]; });
      gradient[piece.first] += sum;
      gradient[piece.second] -= sum;
    }
    for (size_t k = 0; k < active_.size(); ++k) {
      gradient[models_ + k] +=
          LaneSum(0, block.size, [&](size_t v) { return block.residual[v] * block.x[k][v]; });
    }
    AddOuter(block, block.spread.data(), information);
  });
}

Matrix VoteLikelihood::Meat(std::span<const double> parameters) const {
  if (!clusters_.empty()) return ClusteredMeat(parameters);
  Matrix meat(size());
  ForEachBlock(parameters, [&](Block& block) {
    for (size_t v = 0; v < block.size; ++v) {
      const double weight = squared_weights_.empty() ? 1.0 : squared_weights_[block.begin + v];
      block.spread[v] = weight * (block.residual[v] * block.residual[v]);
    }
    AddOuter(block, block.spread.data(), meat);
  });
  return meat;
}

Matrix VoteLikelihood::ClusteredMeat(std::span<const double> parameters) const {
  std::vector<double> residuals(scores_.size());
  ForEachBlock(parameters, [&](Block& block) {
    for (size_t v = 0; v < block.size; ++v) {
      const double weight = weights_.empty() ? 1.0 : weights_[block.begin + v];
      residuals[block.begin + v] = weight * block.residual[v];
    }
  });
  std::vector<const Run*> run_of(scores_.size());
  for (const Run& run : runs_) {
    std::fill(run_of.begin() + static_cast<std::ptrdiff_t>(run.begin),
              run_of.begin() + static_cast<std::ptrdiff_t>(run.end), &run);
  }
  Matrix meat(size());
  std::vector<double> score(size());
  for (const std::vector<uint32_t>& cluster : clusters_) {
    // A cluster touches few strengths; only those take part in its square.
    std::vector<uint32_t> touched;
    for (const uint32_t v : cluster) {
      touched.push_back(run_of[v]->first);
      touched.push_back(run_of[v]->second);
      score[run_of[v]->first] += residuals[v];
      score[run_of[v]->second] -= residuals[v];
      for (size_t k = 0; k < active_.size(); ++k) {
        score[models_ + k] += residuals[v] * ((double{features_[k][v]} - shifts_[k]) * scales_[k]);
      }
    }
    for (uint32_t k = 0; k < coefficients(); ++k) touched.push_back(models_ + k);
    std::ranges::sort(touched);
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    for (const uint32_t i : touched) {
      for (const uint32_t j : touched) meat(i, j) += score[i] * score[j];
    }
    for (const uint32_t i : touched) score[i] = 0.0;
  }
  return meat;
}

}  // namespace arena::rating
