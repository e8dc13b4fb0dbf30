#pragma once

#include <array>
#include <cstdint>
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
// find the separators, cut the fields and look the names up, add the votes. So the processor waits
// for the memory of many rows at once.
class PlainRows {
 public:
  // False when the columns say more than plain rows do, or `input` asks for more. They hold both
  // models and a winner, and nothing twice.
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
  // Adds rows up to one that is for the general way, at most `rows`; how many. `ends` are the
  // separators of the first one, and stand behind the one before it.
  size_t AddBatch(std::string_view text, const uint32_t* ends, size_t rows);
  // Whether the row that these separators end has its commas and line end in place.
  bool IsPlain(std::string_view text, const uint32_t* ends) const;
  std::string_view FieldOf(std::string_view text, const uint32_t* ends, size_t column) const;
  // kUnknown for what no winner is called, or no model so far.
  uint32_t OutcomeOf(std::string_view winner);
  uint32_t IndexOf(std::string_view name);

  static constexpr uint32_t kUnknown = NameCache::kUnknown;

  size_t columns_;
  size_t left_column_ = 0;
  size_t right_column_ = 0;
  size_t winner_column_ = 0;
  SeparatorList separators_;
  size_t reach_ = kShortReach;
  std::array<PlainVote, kBatchRows> votes_;
  NameCache names_;
  NameCache winners_;
  RatingInput& input_;
};

}  // namespace arena::rate
