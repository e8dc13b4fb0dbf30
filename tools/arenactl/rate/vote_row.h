#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/rating/model/votes/outcome.h"

namespace arena::rate {

// What a column or a JSON key of any known format can mean.
enum class Field : uint8_t {
  kLeft,
  kRight,
  kWinner,
  kWinnerIsA,  // the 55k set: three columns of 0 and 1
  kWinnerIsB,
  kWinnerIsTie,
  kAnonymous,        // FastChat: only such votes are blind
  kEvaluationOrder,  // the 140k set: only the first evaluation of a battle counts
  kPosition,
  kKind,
  kTarget,
  kRated,
  kVoter,
  kPropensity,
  kLanguage,
  kTags,
  kNewLanguage,
  kNewTags,
  // Style counts: left first, each as tokens, headers, list items, bold spans.
  kStyle,
  kStyleEnd = kStyle + 8,
  kIgnored = kStyleEnd,
};
inline constexpr size_t kFields = static_cast<size_t>(Field::kStyleEnd);
inline constexpr size_t kStyleCounts = 8;

// The meaning of a column name or key; kIgnored for any other.
Field FieldNamed(std::string_view name);

// The texts of one row by meaning, as found in the file; absent fields are null views.
class RawRow {
 public:
  void Clear() { texts_.fill({}); }
  void Set(Field field, std::string_view text) {
    if (field != Field::kIgnored) texts_[static_cast<size_t>(field)] = text;
  }
  std::string_view Get(Field field) const { return texts_[static_cast<size_t>(field)]; }
  bool Has(Field field) const { return Get(field).data() != nullptr; }

 private:
  std::array<std::string_view, kFields> texts_{};
};

enum class RowKind : uint8_t { kVote, kRetraction, kRestoration, kAnnotation };

// One row understood. Views point into the reader's buffer.
struct VoteRow {
  RowKind kind = RowKind::kVote;
  std::string_view left;
  std::string_view right;
  rating::Outcome outcome = rating::Outcome::kTie;
  bool is_rated = true;
  // 0 where the file has none.
  int64_t position = 0;
  int64_t target = 0;
  std::string_view voter;
  std::string_view language;
  std::string_view tags;  // comma-separated
  // Of annotations: the labels from here on; null views where the file has none.
  std::string_view new_language;
  std::string_view new_tags;
  std::optional<double> propensity;
  std::optional<std::array<float, kStyleCounts>> style;
};

struct RowRules {
  // Rate votes whose models were named to the voter, too.
  bool include_named = false;
  // Read style counts, and find fault with them; else they may hold anything. RatingInput decides.
  bool reads_style = false;
};

// Reads the meaning of a row. Null when it is understood, else a short constant text that says why
// it cannot be a vote.
const char* ParseVoteRow(const RawRow& raw, const RowRules& rules, VoteRow& row);

// What a winner's name says: model_a, model_b, left, right, tie, tie (bothbad), both_bad, bothbad.
std::optional<rating::Outcome> OutcomeNamed(std::string_view name);

// Not empty, at most 256 bytes, UTF-8 without control characters.
bool IsPrintableName(std::string_view name);

}  // namespace arena::rate
