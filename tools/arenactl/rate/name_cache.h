#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace arena::rate {

// Remembers the index of names seen before: a few nanoseconds for a name that is known. A name of
// up to 16 bytes is told by its length, first and last eight bytes alone; longer ones are compared
// in full. Open addressing; never shrinks.
class NameCache {
 public:
  NameCache() : slots_(kFirstSlots), names_(kFirstSlots) {}

  std::optional<uint32_t> Find(std::string_view name) const {
    const Slot key = KeyOf(name);
    for (size_t at = HashOf(key) >> shift_;; at = (at + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[at];
      if (slot.length == kEmpty) return std::nullopt;
      if (slot.head == key.head && slot.tail == key.tail && slot.length == key.length &&
          (key.length <= 16 || names_[at] == name)) {
        return slot.index;
      }
    }
  }

  // `name` must not be in it.
  void Insert(std::string_view name, uint32_t index) {
    if (2 * ++count_ > slots_.size()) Grow();
    Slot slot = KeyOf(name);
    slot.index = index;
    Place(slot, std::string(name));
  }

 private:
  static constexpr uint32_t kEmpty = UINT32_MAX;
  static constexpr size_t kFirstSlots = 1024;

  struct Slot {
    uint64_t head = 0;
    uint64_t tail = 0;
    uint32_t length = kEmpty;
    uint32_t index = 0;
  };

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
    const uint64_t mixed = key.head ^ std::rotl(key.tail, 29) ^ key.length;
    return (mixed ^ (mixed >> 32)) * 0xd6e8feb86659fd93u;
  }

  void Place(const Slot& slot, std::string name) {
    size_t at = HashOf(slot) >> shift_;
    while (slots_[at].length != kEmpty) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
    names_[at] = std::move(name);
  }

  void Grow() {
    std::vector<Slot> slots(2 * slots_.size());
    std::vector<std::string> names(slots.size());
    slots.swap(slots_);
    names.swap(names_);
    --shift_;
    for (size_t at = 0; at < slots.size(); ++at) {
      if (slots[at].length != kEmpty) Place(slots[at], std::move(names[at]));
    }
  }

  std::vector<Slot> slots_;
  // The names in full, in the same places.
  std::vector<std::string> names_;
  int shift_ = 64 - 10;  // slots_ has 2^(64 - shift_)
  size_t count_ = 0;
};

}  // namespace arena::rate
