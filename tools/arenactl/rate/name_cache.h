#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace arena::rate {

// Remembers the index of names seen before: a few nanoseconds for a name that is known. A name of
// up to 16 bytes is told by its length, first and last eight bytes alone; longer ones are compared
// in full. Open addressing, and never more than an eighth full, so that nearly all names are found
// in the first place; never shrinks.
class NameCache {
 public:
  // The index of a name that is not in it. A plain number: an optional is written in two pieces,
  // and whoever reads it in one soon after waits for both to reach the cache.
  static constexpr uint32_t kUnknown = UINT32_MAX;

  // Eight bytes at `name` must be readable, however short it is.
  uint32_t Find(std::string_view name) const {
    const Slot key = KeyOf(name);
    for (size_t at = HashOf(key) >> shift_;; at = (at + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[at];
      // One branch that nearly always goes the same way.
      if ((slot.head == key.head) & (slot.tail == key.tail) & (slot.length == key.length)) {
        if (key.length <= 16 || IsText(slot, name)) return slot.index;
      }
      if (slot.length == 0) return kUnknown;
    }
  }

  // `name` is neither empty nor in it; `index` is not kUnknown.
  void Insert(std::string_view name, uint32_t index) {
    if (8 * ++count_ > slots_.size()) Grow();
    Slot slot = KeyOf(name);
    slot.index = index;
    slot.text = texts_.size();
    if (name.size() > 16) texts_ += name;
    Place(slot);
  }

 private:
  static constexpr size_t kFirstSlots = 64;

  struct Slot {
    uint64_t head = 0;
    uint64_t tail = 0;
    // 0 for an empty slot, which any look-up of the empty name ends at.
    uint32_t length = 0;
    uint32_t index = kUnknown;
    // Where a name of more than 16 bytes stands in texts_.
    uint64_t text = 0;
  };

  // Without branches, since lengths alternate: a short name's head is what is left of eight bytes.
  static Slot KeyOf(std::string_view name) {
    static constexpr std::array<uint64_t, 9> kKept = {0,
                                                      0xff,
                                                      0xffff,
                                                      0xffffff,
                                                      0xffffffff,
                                                      0xffffffffff,
                                                      0xffffffffffff,
                                                      0xffffffffffffff,
                                                      0xffffffffffffffff};
    const size_t in_head = std::min<size_t>(name.size(), 8);
    const size_t before_tail = std::max<size_t>(name.size(), 8) - 8;
    Slot key{.length = static_cast<uint32_t>(name.size())};
    std::memcpy(&key.head, name.data(), 8);
    std::memcpy(&key.tail, name.data() + before_tail, 8);
    key.head &= kKept[in_head];
    key.tail &= kKept[in_head];
    return key;
  }

  static uint64_t HashOf(const Slot& key) {
    const uint64_t mixed = key.head ^ std::rotl(key.tail, 29) ^ key.length;
    return (mixed ^ (mixed >> 32)) * 0xd6e8feb86659fd93u;
  }

  bool IsText(const Slot& slot, std::string_view name) const {
    return std::string_view(texts_).substr(slot.text, slot.length) == name;
  }

  void Place(const Slot& slot) {
    size_t at = HashOf(slot) >> shift_;
    while (slots_[at].length != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }

  void Grow() {
    std::vector<Slot> slots(2 * slots_.size());
    slots.swap(slots_);
    --shift_;
    for (const Slot& slot : slots) {
      if (slot.length != 0) Place(slot);
    }
  }

  std::vector<Slot> slots_ = std::vector<Slot>(kFirstSlots);
  int shift_ = 64 - 6;  // slots_ has 2^(64 - shift_)
  size_t count_ = 0;
  // The long names, one behind the other.
  std::string texts_;
};

}  // namespace arena::rate
