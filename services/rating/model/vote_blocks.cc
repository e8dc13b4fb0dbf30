#include "services/rating/model/vote_blocks.h"

#include "services/rating/model/model_index.h"

namespace arena::rating {
namespace {

constexpr double kScores[kOutcomes] = {1.0, 0.0, 0.5, 0.5};

bool IsTie(uint64_t outcome) { return outcome >= static_cast<uint64_t>(Outcome::kTie); }

}  // namespace

VoteReader::VoteReader(const VoteSelection& selection)
    : selection_(selection), number_(kMaxModels, kOutside), mask_(uint64_t{1} << selection.board) {
  const size_t models = selection.models.size();
  for (uint32_t m = 0; m < models; ++m) number_[selection.models[m]] = m;
  if (selection.weights != Weights::kPair) return;
  pair_weights_.resize(models * models);
  for (const PairCells& pair : selection.cells) {
    pair_weights_[pair.first * models + pair.second] = pair.weight;
  }
}

bool VoteReader::IsSelected(const VoteTable::Rows& rows, uint32_t row) const {
  const VoteTable::Head head = rows.heads[row];
  if (!head.is_counted || (rows.boards != nullptr && (rows.boards[row] & mask_) == 0)) return false;
  if (selection_.ties == TieRule::kDrop && IsTie(head.outcome)) return false;
  return number_[head.left] != kOutside && number_[head.right] != kOutside;
}

void VoteReader::Append(const VoteTable::Rows& rows, size_t chunk, uint32_t row,
                        VoteBlock& block) const {
  const VoteTable::Head head = rows.heads[row];
  const uint32_t left = number_[head.left], right = number_[head.right];
  const bool is_turned = left > right;
  const double side = is_turned ? -1.0 : 1.0;
  const size_t v = block.size++;
  block.first[v] = is_turned ? right : left;
  block.second[v] = is_turned ? left : right;
  block.side[v] = side;
  block.score[v] = 0.5 + side * (kScores[head.outcome] - 0.5);
  if (rows.styles != nullptr) {
    const StyleVector& style = rows.styles[row];
    for (size_t k = 0; k < kStyleFeatures; ++k) {
      block.style[k][v] = side * (double{style[k]} - shift_[k]);
    }
  }
  block.weight[v] = 1.0;
  if (selection_.weights == Weights::kPropensity) block.weight[v] = double{rows.weights[row]};
  if (selection_.weights == Weights::kPair) {
    block.weight[v] = pair_weights_[block.first[v] * selection_.models.size() + block.second[v]];
  }
  if (rows.clusters != nullptr) block.cluster[v] = rows.clusters[row];
  block.row[v] = static_cast<uint32_t>(chunk * VoteTable::kChunkRows + row);
}

uint32_t VoteReader::Fill(size_t chunk, uint32_t from, VoteBlock& block) const {
  const VoteTable::Rows rows = selection_.table.rows(chunk);
  uint32_t row = from;
  for (; row < rows.size && block.size < VoteBlock::kVotes; ++row) {
    if (IsSelected(rows, row)) Append(rows, chunk, row, block);
  }
  return row;
}

void VoteReader::Gather(std::span<const uint32_t> rows, VoteBlock& block) const {
  block.size = 0;
  for (const uint32_t row : rows) {
    const size_t chunk = row / VoteTable::kChunkRows;
    Append(selection_.table.rows(chunk), chunk, row % VoteTable::kChunkRows, block);
  }
}

}  // namespace arena::rating
