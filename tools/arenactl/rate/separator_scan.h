#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace arena::rate {

// Finds commas, line ends and quotes, 64 bytes at a time: rows are shorter than that, so the branch
// on an empty block is seldom taken.
class SeparatorScan {
 public:
  // At least kSlack bytes behind `text` must be readable.
  static constexpr size_t kSlack = 64;

  explicit SeparatorScan(std::string_view text) : text_(text) { mask_ = MaskAt(0); }

  // The place of the next one; text.size() when there is none.
  size_t Next() {
    while (mask_ == 0) {
      block_ += 64;
      if (block_ >= text_.size()) return text_.size();
      mask_ = MaskAt(block_);
    }
    const size_t place = block_ + static_cast<size_t>(std::countr_zero(mask_));
    mask_ &= mask_ - 1;
    return place < text_.size() ? place : text_.size();
  }

 private:
  uint64_t MaskAt(size_t begin) const {
    const char* bytes = text_.data() + begin;
    uint64_t mask = 0;
#if defined(__SSE2__)
    for (int part = 0; part < 4; ++part) {
      const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16 * part));
      const auto equals = [block](char c) { return _mm_cmpeq_epi8(block, _mm_set1_epi8(c)); };
      const int found =
          _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(equals(','), equals('\n')), equals('"')));
      mask |= static_cast<uint64_t>(static_cast<uint32_t>(found)) << (16 * part);
    }
#else
    for (uint32_t k = 0; k < 64; ++k) {
      mask |= uint64_t{bytes[k] == ',' || bytes[k] == '\n' || bytes[k] == '"'} << k;
    }
#endif
    return mask;
  }

  std::string_view text_;
  size_t block_ = 0;
  uint64_t mask_ = 0;
};

}  // namespace arena::rate
