#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tools/arenactl/rate/name_cache.h"
#include "tools/arenactl/rate/rating_input.h"
#include "tools/arenactl/rate/text_source.h"

namespace arena::rate {

// The fast way through CSV whose rows say no more than both models and the winner: it takes whole
// rows without quotes off the source's window, and stops at any that is not plainly a vote between
// known models, which is left to the general way.
class PlainRows {
 public:
  // False when the columns say more than plain rows do, or `input` asks for more.
  static bool Suits(const std::vector<Field>& columns, const RatingInput& input);

  // `columns` have suited.
  PlainRows(const std::vector<Field>& columns, RatingInput& input);

  // Consumes rows; how many.
  int64_t Consume(TextSource& source);

 private:
  // Adds the vote of a row; false when it is for the general way.
  bool AddRow(std::string_view left, std::string_view right, std::string_view winner);
  std::optional<uint32_t> IndexOf(std::string_view name) {
    const auto known = names_.Find(name);
    return known ? known : Learn(name);
  }
  std::optional<uint32_t> Learn(std::string_view name);

  // For each column, where its text goes: 0 left, 1 right, 2 winner, 3 nowhere.
  std::vector<uint8_t> places_;
  NameCache names_;
  NameCache winners_;
  RatingInput& input_;
};

}  // namespace arena::rate
