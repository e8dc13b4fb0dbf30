#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace arena::rate {

// Finds commas, line ends and quotes, 16 bytes at a time.
class SeparatorScan {
 public:
  // At least kSlack bytes behind `text` must be readable.
  static constexpr size_t kSlack = 16;

  explicit SeparatorScan(std::string_view text) : text_(text) { mask_ = MaskAt(0); }

  // The place of the next one; text.size() when there is none.
  size_t Next() {
    while (mask_ == 0) {
      block_ += 16;
      if (block_ >= text_.size()) return text_.size();
      mask_ = MaskAt(block_);
    }
    const size_t place = block_ + static_cast<size_t>(std::countr_zero(mask_));
    mask_ &= mask_ - 1;
    return place < text_.size() ? place : text_.size();
  }

 private:
  uint32_t MaskAt(size_t begin) const {
    const char* bytes = text_.data() + begin;
#if defined(__SSE2__)
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
    const auto equals = [block](char c) { return _mm_cmpeq_epi8(block, _mm_set1_epi8(c)); };
    return static_cast<uint32_t>(
        _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(equals(','), equals('\n')), equals('"'))));
#else
    uint32_t mask = 0;
    for (uint32_t k = 0; k < 16; ++k) {
      mask |= static_cast<uint32_t>(bytes[k] == ',' || bytes[k] == '\n' || bytes[k] == '"') << k;
    }
    return mask;
#endif
  }

  std::string_view text_;
  size_t block_ = 0;
  uint32_t mask_ = 0;
};

}  // namespace arena::rate
