#include "services/rating/model/votes/category_counts.h"

#include <algorithm>
#include <cstring>

namespace arena::rating {
namespace {

// Eight numbers that are worked on at once, by whatever the processor has for it.
using Eight [[gnu::vector_size(16)]] = int16_t;
constexpr size_t kEights = 4;

constexpr Eight EightOf(int16_t value) { return Eight{} + value; }

// A vote counts where `mask` has a bit. No branch: a loop over the bits would end at a place that
// nobody can foresee, and the votes behind it would wait.
inline void AddToLine(int16_t* votes, uint32_t mask, int16_t sign) {
  constexpr Eight kLow = {1, 2, 4, 8, 16, 32, 64, 128};
  constexpr Eight kHigh = {256, 512, 1024, 2048, 4096, 8192, 16384, INT16_MIN};
  // The last number counts upwards, whatever the sign.
  constexpr Eight kLast = {0, 0, 0, 0, 0, 0, 0, -1};
  const Eight signs = EightOf(sign);
  for (size_t e = 0; e < kEights; ++e) {
    const Eight bits = e % 2 == 0 ? kLow : kHigh;
    const Eight part = EightOf(static_cast<int16_t>(mask >> (16 * (e / 2))));
    const Eight on_board = (part & bits) == bits;  // 0 or -1
    const Eight step = on_board & (e + 1 < kEights ? signs : (signs & ~kLast) - kLast);
    Eight sum;
    std::memcpy(&sum, votes + 8 * e, sizeof(sum));
    sum += step;
    std::memcpy(votes + 8 * e, &sum, sizeof(sum));
  }
}

}  // namespace

void CategoryCounts::Add(uint32_t left, uint32_t right, Outcome outcome, uint64_t mask, int sign) {
  const uint32_t high = std::max(left, right);
  if (high >= size_) Grow(high);
  const size_t cell = CellOf(left, right, outcome);
  for (size_t number = cell * lines_per_cell_; number < (cell + 1) * lines_per_cell_; ++number) {
    Line& line = LineAt(number);
    constexpr uint32_t kOfVotes = uint32_t{1} << kLineBoards;
    AddToLine(line.votes.data(), static_cast<uint32_t>(mask) | kOfVotes,
              static_cast<int16_t>(sign));
    if (line.votes[kLineBoards] == INT16_MAX) Carry(number);
    mask >>= kLineBoards;
  }
}

void CategoryCounts::Grow(uint32_t index) {
  size_ = index + 1;
  const size_t lines = CellOf(0, size_, Outcome::kLeft) * lines_per_cell_;
  while (pages_.size() * kPageLines < lines) pages_.push_back(NewLargePage());
}

void CategoryCounts::Carry(size_t number) {
  Line& line = LineAt(number);
  Carried& carried = carried_[number];
  for (size_t board = 0; board < kLineBoards; ++board) carried[board] += line.votes[board];
  line.votes.fill(0);
}

int64_t CategoryCounts::Votes(size_t number, uint32_t board) const {
  const auto carried = carried_.find(number);
  return LineAt(number).votes[board] + (carried == carried_.end() ? 0 : carried->second[board]);
}

PairCounts CategoryCounts::Board(uint32_t board) const {
  PairCounts result;
  const size_t line_of_cell = board / kLineBoards;
  size_t cell = 0;
  for (uint32_t high = 1; high < size_; ++high) {
    for (uint32_t low = 0; low < high; ++low) {
      for (size_t o = 0; o < kCells; ++o, ++cell) {
        const int64_t votes = Votes(cell * lines_per_cell_ + line_of_cell, board % kLineBoards);
        if (votes == 0) continue;
        const bool low_is_left = o < kOutcomes;
        result.Add(low_is_left ? low : high, low_is_left ? high : low,
                   static_cast<Outcome>(o % kOutcomes), votes);
      }
    }
  }
  return result;
}

}  // namespace arena::rating
