#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "services/rating/model/settings.h"
#include "services/rating/model/votes/pair_terms.h"
#include "services/rating/model/votes/vote_table.h"

namespace arena::rating {

// Which votes of a table a group is fitted to. Borrowed for as long as the fit lasts.
struct VoteSelection {
  const VoteTable& table;
  // Votes with this bit among their boards, or all when the table has no such column.
  size_t board = 0;
  // Dense indices of the group's models; the fit numbers them 0, 1, …
  std::span<const uint32_t> models;
  TieRule ties = TieRule::kHalf;
  Weights weights = Weights::kNone;
  // The group's pairs: the sums of its votes, and with Weights::kPair what a vote of each weighs.
  std::span<const PairTerm> terms;
  std::span<const PairCells> cells;
};

// Some of the votes, in arrays. Each vote is turned so that the model with the smaller number comes
// first, for then it says the same with left and right exchanged.
struct VoteBlock {
  // An odd number of cache lines for each array: a power of two would put the same vote of all
  // arrays into one set of the cache.
  static constexpr size_t kVotes = 488;

  size_t size = 0;
  std::array<uint32_t, kVotes> first;
  std::array<uint32_t, kVotes> second;
  // 1 when the first was on the left, else -1.
  std::array<double, kVotes> side;
  // Of the first.
  std::array<double, kVotes> score;
  std::array<double, kVotes> weight;
  // Style less its shift, one array a feature; not scaled.
  std::array<std::array<double, kVotes>, kStyleFeatures> style;
  std::array<uint32_t, kVotes> cluster;
  // Where the votes stand in the table.
  std::array<uint32_t, kVotes> row;
};

// Reads the selected votes out of the table, block by block.
class VoteReader {
 public:
  explicit VoteReader(const VoteSelection& selection);

  bool is_weighted() const { return selection_.weights != Weights::kNone; }
  // What is taken from each feature before a vote is turned.
  void SetShift(const std::array<double, kStyleFeatures>& shift) { shift_ = shift; }

  // Calls `visit(const VoteBlock&)` until all selected votes were seen.
  template <typename Visit>
  void ForEachBlock(Visit visit) const;
  // Calls `visit(rows, row, is_selected, left_is_first)` for all votes of the table, the selected
  // ones marked: what needs no block is read where it stands, and branches on none of the marks.
  template <typename Visit>
  void ForEachRow(Visit visit) const;
  // Makes a block of these rows, at most VoteBlock::kVotes of them.
  void Gather(std::span<const uint32_t> rows, VoteBlock& block) const;

 private:
  static constexpr uint32_t kOutside = UINT32_MAX;

  bool IsSelected(const VoteTable::Rows& rows, uint32_t row) const {
    const VoteTable::Head head = rows.heads[row];
    const bool is_on_board = rows.boards == nullptr || (rows.boards[row] & mask_) != 0;
    const bool is_inside = number_[head.left] != kOutside && number_[head.right] != kOutside;
    // No branches: whether a vote is on a board is as good as random.
    return (head.is_counted != 0) & is_on_board & is_inside & (head.outcome < outcomes_);
  }
  // Makes a row vote number `v` of the block, but for its weight if that is not in the table.
  void Put(const VoteTable::Rows& rows, uint32_t row, VoteBlock& block, size_t v) const;
  // The weights of the votes from `from` on.
  void SetWeights(size_t from, VoteBlock& block) const;
  // Appends the selected votes of a chunk from row `from` on until the block is full or the chunk
  // is read; the next row.
  uint32_t Fill(size_t chunk, uint32_t from, VoteBlock& block) const;

  VoteSelection selection_;
  // By dense index, kOutside for models of other groups.
  std::vector<uint32_t> number_;
  uint64_t mask_;
  // Outcomes from this one on are left out.
  uint64_t outcomes_;
  // By first, then second; only for Weights::kPair.
  std::vector<double> pair_weights_;
  std::array<double, kStyleFeatures> shift_ = {};
};

template <typename Visit>
void VoteReader::ForEachRow(Visit visit) const {
  for (size_t chunk = 0; chunk < selection_.table.chunks(); ++chunk) {
    const VoteTable::Rows rows = selection_.table.rows(chunk);
    for (uint32_t row = 0; row < rows.size; ++row) {
      const VoteTable::Head head = rows.heads[row];
      visit(rows, row, IsSelected(rows, row), number_[head.left] < number_[head.right]);
    }
  }
}

template <typename Visit>
void VoteReader::ForEachBlock(Visit visit) const {
  const auto block = std::make_unique_for_overwrite<VoteBlock>();
  block->size = 0;
  for (size_t chunk = 0; chunk < selection_.table.chunks(); ++chunk) {
    const uint32_t rows = selection_.table.rows(chunk).size;
    for (uint32_t row = 0; row < rows;) {
      row = Fill(chunk, row, *block);
      if (block->size < VoteBlock::kVotes) continue;
      visit(*block);
      block->size = 0;
    }
  }
  if (block->size > 0) visit(*block);
}

}  // namespace arena::rating
