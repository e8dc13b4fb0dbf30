#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace arena::rate {

// Lists where a text has commas, line ends and quotes, 64 bytes at a time. No branch depends on how
// many there are, as long as there are at most eight in 64 bytes.
class SeparatorList {
 public:
  // At least kSlack bytes behind `text` must be readable.
  static constexpr size_t kSlack = 64;

  // The places, ascending; valid until the next call. Before the first one stands UINT32_MAX, as if
  // a separator ended where the text begins.
  std::span<const uint32_t> Of(std::string_view text) {
    if (places_.size() < text.size() + kSlack) places_.resize(text.size() + kSlack);
    uint32_t* const first = places_.data() + 1;
    places_[0] = UINT32_MAX;
    uint32_t* next = first;
    for (size_t block = 0; block < text.size(); block += 64) {
      uint64_t mask = MaskAt(text.data() + block);
      if (text.size() - block < 64) mask &= (uint64_t{1} << (text.size() - block)) - 1;
      next = Append(static_cast<uint32_t>(block), mask, next);
    }
    return {first, next};
  }

 private:
  // Writes eight places whether or not there are as many; what is too much is written over.
  static uint32_t* Append(uint32_t block, uint64_t mask, uint32_t* next) {
    while (true) {
      uint32_t count = 0;
      for (int n = 0; n < 8; ++n) {
        next[n] = block + static_cast<uint32_t>(std::countr_zero(mask));
        count += mask != 0 ? 1 : 0;
        mask &= mask - 1;
      }
      next += count;
      if (mask == 0) return next;
    }
  }

  static uint64_t MaskAt(const char* bytes) {
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

  std::vector<uint32_t> places_;
};

}  // namespace arena::rate
