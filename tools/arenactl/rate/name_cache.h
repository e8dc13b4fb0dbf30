#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace arena::rate {

// Remembers the index of names seen before: a few nanoseconds for a name that is known. A name of
// up to 16 bytes is told by its length, first and last eight bytes alone; longer ones are compared
// in full. Open addressing; never shrinks.
class NameCache {
 public:
  NameCache() : slots_(kFirstSlots) {}

  std::optional<uint32_t> Find(std::string_view name) const {
    const Slot key = KeyOf(name);
    for (size_t at = HashOf(key) >> shift_;; at = (at + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[at];
      if (slot.name == 0) return std::nullopt;
      if (slot.head == key.head && slot.tail == key.tail && slot.length == key.length &&
          (key.length <= 16 || names_[slot.name - 1] == name)) {
        return indices_[slot.name - 1];
      }
    }
  }

  // `name` must not be in it.
  void Insert(std::string_view name, uint32_t index) {
    names_.emplace_back(name);
    indices_.push_back(index);
    if (2 * names_.size() > slots_.size()) Grow();
    Slot slot = KeyOf(name);
    slot.name = static_cast<uint32_t>(names_.size());
    Place(slot);
  }

 private:
  struct Slot {
    uint64_t head = 0;
    uint64_t tail = 0;
    uint32_t length = 0;
    uint32_t name = 0;  // number in names_ from 1; 0 for an empty slot
  };

  static constexpr size_t kFirstSlots = 1024;

  // Without branches, since lengths alternate: a short name's head is what is left of eight bytes.
  static Slot KeyOf(std::string_view name) {
    Slot key{.length = static_cast<uint32_t>(name.size())};
    const bool is_short = name.size() < 8;
    const uint64_t kept = is_short ? (uint64_t{1} << (8 * name.size())) - 1 : ~uint64_t{0};
    std::memcpy(&key.head, name.data(), 8);
    std::memcpy(&key.tail, is_short ? name.data() : name.data() + name.size() - 8, 8);
    key.head &= kept;
    key.tail &= kept;
    return key;
  }

  static uint64_t HashOf(const Slot& key) {
    uint64_t hash = (key.head ^ key.length) + key.tail * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
    return hash * 0xd6e8feb86659fd93u;
  }

  void Place(const Slot& slot) {
    size_t at = HashOf(slot) >> shift_;
    while (slots_[at].name != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }

  void Grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    --shift_;
    for (const Slot& slot : old) {
      if (slot.name != 0) Place(slot);
    }
  }

  std::vector<Slot> slots_;
  int shift_ = 64 - 10;  // slots_ has 2^(64 - shift_)
  std::vector<std::string> names_;
  std::vector<uint32_t> indices_;
};

}  // namespace arena::rate
