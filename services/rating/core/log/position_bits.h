#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace arena::rating {

// One bit a position of the log. For one thread at a time.
class PositionBits {
 public:
  void Set(int64_t position) {
    const size_t word = WordOf(position);
    if (word >= words_.size()) words_.resize(word + 1);
    words_[word] |= BitOf(position);
  }
  bool Has(int64_t position) const {
    const size_t word = WordOf(position);
    return word < words_.size() && (words_[word] & BitOf(position)) != 0;
  }

  // Bit p mod 64 of word p / 64, without zeros at the end.
  const std::vector<uint64_t>& words() const { return words_; }
  void Restore(std::vector<uint64_t> words) { words_ = std::move(words); }

 private:
  static size_t WordOf(int64_t position) { return static_cast<size_t>(position) / 64; }
  static uint64_t BitOf(int64_t position) { return uint64_t{1} << (position % 64); }

  std::vector<uint64_t> words_;
};

}  // namespace arena::rating
