#pragma once

#include <cstdint>
#include <vector>

namespace arena::matchmaker {

// What a model can do; the numbers of arena.v1.Capability.
enum class Capability : int16_t { kText = 1, kVision = 2, kTools = 3, kLongContext = 4 };
inline constexpr int kLargestCapability = 4;
// Sets of capabilities beyond text.
inline constexpr unsigned kCapabilitySets = 1u << (kLargestCapability - 1);

inline bool IsCapability(int number) { return number >= 1 && number <= kLargestCapability; }

// A set of capabilities. Text is in every set and never stored.
class CapabilitySet {
 public:
  void Add(Capability capability) { bits_ |= (1u << (static_cast<unsigned>(capability) - 1)) >> 1; }
  bool Covers(CapabilitySet required) const { return (required.bits_ & ~bits_) == 0; }
  bool IsTextAlone() const { return bits_ == 0; }
  // 0 to kCapabilitySets - 1, one number a set; FromIndex is the inverse.
  unsigned index() const { return bits_; }
  static CapabilitySet FromIndex(unsigned index) {
    CapabilitySet set;
    set.bits_ = index;
    return set;
  }
  // Those beyond text, ascending.
  std::vector<Capability> BeyondText() const {
    std::vector<Capability> list;
    for (int number = 2; number <= kLargestCapability; ++number) {
      if ((bits_ >> (number - 2) & 1u) != 0) list.push_back(static_cast<Capability>(number));
    }
    return list;
  }

  friend bool operator==(CapabilitySet, CapabilitySet) = default;

 private:
  unsigned bits_ = 0;
};

}  // namespace arena::matchmaker
