#include <algorithm>
#include <memory>

#include "services/rating/model/fit/vote_likelihood.h"

namespace arena::rating {
namespace {

// The rows of the selected votes, those of one cluster together.
struct RowsByCluster {
  std::vector<uint32_t> rows;
  // Where each cluster begins, and where the last one ends.
  std::vector<uint32_t> begins;

  // A counting sort: numbers of clusters are dense.
  explicit RowsByCluster(const VoteReader& reader) {
    std::vector<uint32_t> ends;
    reader.ForEachBlock([&](const VoteBlock& block) {
      for (size_t v = 0; v < block.size; ++v) {
        if (block.cluster[v] >= ends.size()) ends.resize(block.cluster[v] + 1);
        ++ends[block.cluster[v]];
      }
    });
    uint32_t end = 0;
    for (uint32_t& count : ends) end = count += end;
    rows.resize(end);
    // Filled from the back, so that ends become begins.
    reader.ForEachBlock([&](const VoteBlock& block) {
      for (size_t v = 0; v < block.size; ++v) rows[--ends[block.cluster[v]]] = block.row[v];
    });
    begins = std::move(ends);
    begins.push_back(end);
  }

  size_t clusters() const { return begins.size() - 1; }
  std::span<const uint32_t> Of(size_t cluster) const {
    return std::span(rows).subspan(begins[cluster], begins[cluster + 1] - begins[cluster]);
  }
};

// Σ s sᵀ over clusters, s the sum of a cluster's scores; s and the sum in fixed point. A parameter
// is of a kind: the strengths are the first one, each coefficient is another.
class ClusterSums {
 public:
  // `largest` by kind: of one vote's score.
  ClusterSums(uint32_t models, const std::vector<double>& largest, const RowsByCluster& by_cluster)
      : models_(models),
        score_(models + largest.size() - 1),
        outer_(score_.size() * score_.size()) {
    double longest = 1, squares = 0;
    for (size_t c = 0; c < by_cluster.clusters(); ++c) {
      const auto votes = static_cast<double>(by_cluster.Of(c).size());
      longest = std::max(longest, votes);
      squares += votes * votes;
    }
    // As many clusters of the longest have the same sum of squares.
    const auto clusters = static_cast<uint64_t>(squares / (longest * longest)) + 1;
    for (const double of_kind : largest) {
      score_points_.emplace_back(of_kind, static_cast<uint64_t>(longest));
      for (const double of_other : largest) {
        outer_points_.emplace_back(longest * longest * of_kind * of_other, clusters);
      }
    }
  }

  void Add(uint32_t parameter, double score) {
    if (score_[parameter] == 0) touched_.push_back(parameter);
    score_[parameter] += score_points_[KindOf(parameter)](score);
  }

  void CloseCluster() {
    // A sum that came back to zero on its way is listed twice.
    std::ranges::sort(touched_);
    touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
    for (const uint32_t i : touched_) {
      const double s = ValueOf(i);
      for (const uint32_t j : touched_) {
        if (j > i) break;
        outer_[i * score_.size() + j] += PointOf(i, j)(s * ValueOf(j));
      }
    }
    for (const uint32_t i : touched_) score_[i] = 0;
    touched_.clear();
  }

  Matrix Outer() const {
    Matrix matrix(score_.size());
    for (uint32_t i = 0; i < score_.size(); ++i) {
      for (uint32_t j = 0; j <= i; ++j) {
        matrix(i, j) = matrix(j, i) = PointOf(i, j).Value(outer_[i * score_.size() + j]);
      }
    }
    return matrix;
  }

 private:
  size_t KindOf(uint32_t parameter) const {
    return parameter < models_ ? 0 : parameter - models_ + 1;
  }
  const FixedPoint& PointOf(uint32_t i, uint32_t j) const {
    return outer_points_[KindOf(i) * score_points_.size() + KindOf(j)];
  }
  double ValueOf(uint32_t parameter) const {
    return score_points_[KindOf(parameter)].Value(score_[parameter]);
  }

  uint32_t models_;
  std::vector<uint64_t> score_;
  std::vector<uint64_t> outer_;
  std::vector<FixedPoint> score_points_;
  std::vector<FixedPoint> outer_points_;
  std::vector<uint32_t> touched_;
};

}  // namespace

Matrix VoteLikelihood::ClusteredMeat(std::span<const double> parameters) const {
  const RowsByCluster by_cluster(reader_);
  std::vector<double> largest = {largest_weight_};
  for (size_t k = 0; k < active_.size(); ++k) {
    largest.push_back(largest_weight_ * largest_[k] * scales_[k]);
  }
  ClusterSums sums(models_, largest, by_cluster);
  const auto block = std::make_unique_for_overwrite<VoteBlock>();
  const auto slopes = std::make_unique_for_overwrite<Slopes>();
  for (size_t c = 0; c < by_cluster.clusters(); ++c) {
    for (auto rows = by_cluster.Of(c); !rows.empty();) {
      const size_t count = std::min(rows.size(), VoteBlock::kVotes);
      reader_.Gather(rows.first(count), *block);
      rows = rows.subspan(count);
      SetSlopes(parameters, *block, *slopes);
      for (size_t v = 0; v < count; ++v) {
        const double residual = slopes->residual[v];
        sums.Add(block->first[v], residual);
        sums.Add(block->second[v], -residual);
        for (uint32_t k = 0; k < active_.size(); ++k) {
          sums.Add(models_ + k, residual * (slopes->features[k][v] * scales_[k]));
        }
      }
    }
    sums.CloseCluster();
  }
  return sums.Outer();
}

}  // namespace arena::rating
