#include "services/rating/model/votes/vote_blocks.h"

#include <algorithm>

#include "services/rating/model/votes/model_index.h"

namespace arena::rating {
namespace {

// Of the left side, less a half.
constexpr double kScores[kOutcomes] = {0.5, -0.5, 0.0, 0.0};
// Of the model with the smaller number, by whether the other one was on the left.
constexpr double kSides[2] = {1.0, -1.0};

}  // namespace

VoteReader::VoteReader(const VoteSelection& selection)
    : selection_(selection),
      number_(kMaxModels, kOutside),
      mask_(uint64_t{1} << selection.board),
      outcomes_(selection.ties == TieRule::kDrop ? static_cast<uint64_t>(Outcome::kTie)
                                                 : uint64_t{kOutcomes}) {
  const size_t models = selection.models.size();
  for (uint32_t m = 0; m < models; ++m) number_[selection.models[m]] = m;
  if (selection.weights != Weights::kPair) return;
  pair_weights_.resize(models * models);
  for (const PairCells& pair : selection.cells) {
    pair_weights_[pair.first * models + pair.second] = pair.weight;
  }
}

void VoteReader::Put(const VoteTable::Rows& rows, uint32_t row, VoteBlock& block, size_t v) const {
  const VoteTable::Head head = rows.heads[row];
  const uint32_t left = number_[head.left], right = number_[head.right];
  const double side = kSides[left > right];
  // The smaller and the larger: compilers make a branch of min and max, and it goes either way.
  const uint32_t exchange = (left ^ right) & (0u - static_cast<uint32_t>(left > right));
  block.first[v] = left ^ exchange;
  block.second[v] = right ^ exchange;
  block.side[v] = side;
  block.score[v] = 0.5 + side * kScores[head.outcome];
  if (rows.styles != nullptr) {
    const StyleVector& style = rows.styles[row];
    for (size_t k = 0; k < kStyleFeatures; ++k) {
      block.style[k][v] = side * (double{style[k]} - shift_[k]);
    }
  }
  if (rows.weights != nullptr) block.weight[v] = double{rows.weights[row]};
  if (rows.clusters != nullptr) block.cluster[v] = rows.clusters[row];
}

void VoteReader::SetWeights(size_t from, VoteBlock& block) const {
  if (selection_.weights == Weights::kPropensity) return;
  if (selection_.weights == Weights::kNone) {
    std::fill(block.weight.begin() + static_cast<std::ptrdiff_t>(from),
              block.weight.begin() + static_cast<std::ptrdiff_t>(block.size), 1.0);
    return;
  }
  for (size_t v = from; v < block.size; ++v) {
    block.weight[v] = pair_weights_[block.first[v] * selection_.models.size() + block.second[v]];
  }
}

uint32_t VoteReader::Fill(size_t chunk, uint32_t from, VoteBlock& block) const {
  const VoteTable::Rows rows = selection_.table.rows(chunk);
  const size_t begin = block.size;
  const auto first_row = static_cast<uint32_t>(chunk * VoteTable::kChunkRows);
  uint32_t row = from;
  size_t v = begin;
  for (; row < rows.size && v < VoteBlock::kVotes; ++row) {
    // What is not selected is written over.
    Put(rows, row, block, v);
    block.row[v] = first_row + row;
    v += IsSelected(rows, row) ? 1 : 0;
  }
  block.size = v;
  SetWeights(begin, block);
  return row;
}

void VoteReader::Gather(std::span<const uint32_t> rows, VoteBlock& block) const {
  block.size = 0;
  for (const uint32_t row : rows) {
    Put(selection_.table.rows(row / VoteTable::kChunkRows), row % VoteTable::kChunkRows, block,
        block.size++);
  }
  SetWeights(0, block);
}

}  // namespace arena::rating
