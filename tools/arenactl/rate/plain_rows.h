#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tools/arenactl/rate/name_cache.h"
#include "tools/arenactl/rate/rating_input.h"
#include "tools/arenactl/rate/separator_scan.h"
#include "tools/arenactl/rate/text_source.h"

namespace arena::rate {

// The fast way through CSV whose rows say no more than both models and the winner: it takes whole
// rows without quotes off the source's window, and stops at any that is not plainly a vote between
// known models, which is left to the general way. It works on many rows at a time, step by step:
// find the separators, cut the fields, look the names up, add the votes. So the processor waits for
// the memory of many rows at once.
class PlainRows {
 public:
  // False when the columns say more than plain rows do, or `input` asks for more.
  static bool Suits(const std::vector<Field>& columns, const RatingInput& input);

  // `columns` have suited.
  PlainRows(const std::vector<Field>& columns, RatingInput& input);

  // Consumes rows; how many.
  int64_t Consume(TextSource& source);

 private:
  static constexpr size_t kBatchRows = 64;
  // A look ahead begins short, since the row at hand may be the last plain one for a while.
  static constexpr size_t kShortReach = 512;
  static constexpr size_t kLongReach = 16 * 1024;

  // What a pass over some text has taken in.
  struct Progress {
    int64_t rows = 0;
    size_t bytes = 0;
    // Whether a row came that is for the general way.
    bool is_stopped = false;
  };

  Progress AddRows(std::string_view text);
  // Cuts the row that begins at `begin` and has these separators; where the next one begins, or
  // nothing when it is not plain.
  std::optional<size_t> CutRow(std::string_view text, size_t begin, const uint32_t* separators,
                               size_t row);
  // Adds the first `rows` of the batch, up to one that is for the general way; how many.
  size_t AddBatch(size_t rows);
  std::optional<rating::Outcome> OutcomeOf(std::string_view winner);
  std::optional<uint32_t> IndexOf(std::string_view name);

  // For each column, where its text goes: 0 left, 1 right, 2 winner, 3 nowhere.
  std::vector<uint8_t> places_;
  SeparatorList separators_;
  size_t reach_ = kShortReach;
  // The batch's fields, by place.
  std::array<std::array<std::string_view, kBatchRows>, 4> fields_;
  std::array<PlainVote, kBatchRows> votes_;
  NameCache names_;
  NameCache winners_;
  RatingInput& input_;
};

}  // namespace arena::rate
