#include "services/rating/model/votes/pair_counts.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace arena::rating {

PairCounts::PairCounts(const PairCounts& other)
    : blocks_(other.blocks_),
      writable_(blocks_.size(), nullptr),
      votes_(other.votes_),
      size_(other.size_),
      total_(other.total_) {
  for (size_t block = 0; block < blocks_.size(); ++block) {
    if (blocks_[block] != nullptr) MakeWritable(block);
  }
}

PairCounts PairCounts::Share() {
  std::ranges::fill(writable_, nullptr);
  PairCounts copy;
  copy.blocks_ = blocks_;
  copy.writable_ = writable_;
  copy.votes_ = votes_;
  copy.size_ = size_;
  copy.total_ = total_;
  return copy;
}

void PairCounts::Grow(uint32_t index) {
  size_ = index + 1;
  votes_.resize(size_);
  const size_t blocks = (PairOf(0, size_) + kBlockPairs - 1) / kBlockPairs;
  blocks_.resize(blocks);
  writable_.resize(blocks);
}

PairCounts::Block* PairCounts::MakeWritable(size_t block) {
  blocks_[block] = blocks_[block] == nullptr ? std::make_shared<Block>()
                                             : std::make_shared<Block>(*blocks_[block]);
  return writable_[block] = blocks_[block].get();
}

int64_t PairCounts::Count(uint32_t left, uint32_t right, Outcome outcome) const {
  const auto [low, high] = std::minmax(left, right);
  if (high >= size_ || low == high) return 0;
  const Cells* cells = Find(PairOf(low, high));
  const size_t side = left == low ? 0 : kOutcomes;
  return cells == nullptr ? 0 : (*cells)[side + static_cast<size_t>(outcome)];
}

PairTotals PairCounts::Totals(uint32_t a, uint32_t b) const {
  const auto [low, high] = std::minmax(a, b);
  if (high >= size_ || low == high) return {};
  const Cells* cells = Find(PairOf(low, high));
  if (cells == nullptr) return {};
  // Once with the smaller index on the left, once on the right.
  const auto both_ways = [&](Outcome outcome) {
    return (*cells)[static_cast<size_t>(outcome)] +
           (*cells)[kOutcomes + static_cast<size_t>(Mirrored(outcome))];
  };
  PairTotals totals{.wins_a = both_ways(Outcome::kLeft),
                    .wins_b = both_ways(Outcome::kRight),
                    .ties = both_ways(Outcome::kTie),
                    .both_bad = both_ways(Outcome::kBothBad)};
  if (a != low) std::swap(totals.wins_a, totals.wins_b);
  return totals;
}

void PairCounts::AddToCell(uint64_t cell, int64_t votes) {
  const uint64_t pair = cell / (2 * kOutcomes);
  // The largest index whose column begins at or before the pair; the root may be off by rounding.
  auto high = static_cast<uint32_t>((1 + std::sqrt(1.0 + 8.0 * static_cast<double>(pair))) / 2);
  while (PairOf(0, high) > pair) --high;
  while (PairOf(0, high + 1) <= pair) ++high;
  const auto low = static_cast<uint32_t>(pair - PairOf(0, high));
  const bool low_is_left = cell % (2 * kOutcomes) < kOutcomes;
  Add(low_is_left ? low : high, low_is_left ? high : low, static_cast<Outcome>(cell % kOutcomes),
      votes);
}

bool operator==(const PairCounts& a, const PairCounts& b) {
  // A pair whose votes are all taken back is as one that never had any, and so is a model.
  const size_t blocks = std::max(a.blocks_.size(), b.blocks_.size());
  static const PairCounts::Block kEmpty{};
  const auto block_of = [](const PairCounts& counts, size_t block) -> const PairCounts::Block& {
    const bool is_there = block < counts.blocks_.size() && counts.blocks_[block] != nullptr;
    return is_there ? *counts.blocks_[block] : kEmpty;
  };
  for (size_t block = 0; block < blocks; ++block) {
    if (block_of(a, block) != block_of(b, block)) return false;
  }
  return true;
}

}  // namespace arena::rating
