#include "tools/arenactl/rate/vote_row.h"

#include <charconv>
#include <cmath>
#include <utility>

namespace arena::rate {
namespace {

using rating::Outcome;

constexpr size_t kLongestModelName = 256;

constexpr Field StyleField(int place) {
  return static_cast<Field>(static_cast<int>(Field::kStyle) + place);
}

constexpr std::pair<std::string_view, Field> kNames[] = {
    {"model_a", Field::kLeft},
    {"left", Field::kLeft},
    {"model_b", Field::kRight},
    {"right", Field::kRight},
    {"winner", Field::kWinner},
    {"winner_model_a", Field::kWinnerIsA},
    {"winner_model_b", Field::kWinnerIsB},
    {"winner_tie", Field::kWinnerIsTie},
    {"anony", Field::kAnonymous},
    {"evaluation_order", Field::kEvaluationOrder},
    {"position", Field::kPosition},
    {"kind", Field::kKind},
    {"target", Field::kTarget},
    {"target_position", Field::kTarget},
    {"rated", Field::kRated},
    {"voter", Field::kVoter},
    {"judge", Field::kVoter},
    {"draw_probability", Field::kPropensity},
    {"language", Field::kLanguage},
    {"tags", Field::kTags},
    {"new_language", Field::kNewLanguage},
    {"new_tags", Field::kNewTags},
    {"tokens_a", StyleField(0)},
    {"headers_a", StyleField(1)},
    {"lists_a", StyleField(2)},
    {"bolds_a", StyleField(3)},
    {"tokens_b", StyleField(4)},
    {"headers_b", StyleField(5)},
    {"lists_b", StyleField(6)},
    {"bolds_b", StyleField(7)},
};

template <typename Number>
bool ParseNumber(std::string_view text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && rest == end;
}

std::optional<bool> ParseFlag(std::string_view text) {
  if (text == "true" || text == "True" || text == "1" || text == "1.0") return true;
  if (text == "false" || text == "False" || text == "0" || text == "0.0") return false;
  return std::nullopt;
}

// Well-formed UTF-8 (RFC 3629) without control characters, C1 included: some terminals obey them.
bool IsPrintableUtf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t length = lead < 0x80   ? 1
                          : lead < 0xc2 ? 0
                          : lead < 0xe0 ? 2
                          : lead < 0xf0 ? 3
                          : lead < 0xf5 ? 4
                                        : 0;
    if (length == 0 || i + length > text.size()) return false;
    uint32_t code = length == 1 ? lead : lead & (0xffu >> (length + 1));
    for (size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xc0) != 0x80) return false;
      code = code << 6 | (next & 0x3fu);
    }
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
    const bool is_overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    if (is_overlong || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff) return false;
    i += length;
  }
  return true;
}

std::optional<Outcome> OutcomeOf(const RawRow& raw) {
  if (raw.Has(Field::kWinner)) return OutcomeNamed(raw.Get(Field::kWinner));
  const auto a = ParseFlag(raw.Get(Field::kWinnerIsA));
  const auto b = ParseFlag(raw.Get(Field::kWinnerIsB));
  const auto tie = ParseFlag(raw.Get(Field::kWinnerIsTie));
  if (!a || !b || !tie || *a + *b + *tie != 1) return std::nullopt;
  return *a ? Outcome::kLeft : *b ? Outcome::kRight : Outcome::kTie;
}

const char* ParseKind(const RawRow& raw, VoteRow& row) {
  const std::string_view kind = raw.Get(Field::kKind);
  if (kind.empty() || kind == "vote") {
    row.kind = RowKind::kVote;
  } else if (kind == "retraction") {
    row.kind = RowKind::kRetraction;
  } else if (kind == "restoration") {
    row.kind = RowKind::kRestoration;
  } else if (kind == "annotation") {
    row.kind = RowKind::kAnnotation;
  } else {
    return "unknown kind";
  }
  row.position = row.target = 0;
  if (raw.Has(Field::kPosition) &&
      (!ParseNumber(raw.Get(Field::kPosition), row.position) || row.position < 1)) {
    return "position is not a positive integer";
  }
  if (row.kind == RowKind::kVote) return nullptr;
  if (!ParseNumber(raw.Get(Field::kTarget), row.target) || row.target < 1 ||
      row.target >= row.position) {
    return "target is not an earlier position";
  }
  return nullptr;
}

const char* ParseRated(const RawRow& raw, const RowRules& rules, VoteRow& row) {
  row.is_rated = true;
  if (raw.Has(Field::kRated)) {
    const auto rated = ParseFlag(raw.Get(Field::kRated));
    if (!rated) return "rated is neither true nor false";
    row.is_rated = *rated;
  }
  if (raw.Has(Field::kAnonymous) && !rules.include_named) {
    const auto anonymous = ParseFlag(raw.Get(Field::kAnonymous));
    if (!anonymous) return "anony is neither true nor false";
    row.is_rated = row.is_rated && *anonymous;
  }
  if (raw.Has(Field::kEvaluationOrder)) {
    double order = 0;
    if (!ParseNumber(raw.Get(Field::kEvaluationOrder), order)) {
      return "evaluation_order is not a number";
    }
    row.is_rated = row.is_rated && order == 1.0;
  }
  return nullptr;
}

const char* ParseStyle(const RawRow& raw, const RowRules& rules, VoteRow& row) {
  row.style.reset();
  if (!rules.reads_style) return nullptr;
  std::array<float, kStyleCounts> style{};
  for (size_t k = 0; k < kStyleCounts; ++k) {
    const std::string_view text = raw.Get(StyleField(static_cast<int>(k)));
    if (text.data() == nullptr) return nullptr;
    double value = 0;
    if (!ParseNumber(text, value) || !(value >= 0 && value <= 1e9)) {
      return "a style count is not a number from 0 to 1e9";
    }
    style[k] = static_cast<float>(value);
  }
  row.style = style;
  return nullptr;
}

}  // namespace

bool IsPrintableName(std::string_view name) {
  return !name.empty() && name.size() <= kLongestModelName && IsPrintableUtf8(name);
}

Field FieldNamed(std::string_view name) {
  for (const auto& [known, field] : kNames) {
    if (known == name) return field;
  }
  return Field::kIgnored;
}

std::optional<Outcome> OutcomeNamed(std::string_view name) {
  // By length first: comparisons of a known length are single instructions.
  switch (name.size()) {
    case 3:
      if (name == "tie") return Outcome::kTie;
      break;
    case 4:
      if (name == "left") return Outcome::kLeft;
      break;
    case 5:
      if (name == "right") return Outcome::kRight;
      break;
    case 7:
      if (name == "model_a") return Outcome::kLeft;
      if (name == "model_b") return Outcome::kRight;
      if (name == "bothbad") return Outcome::kBothBad;
      break;
    case 8:
      if (name == "both_bad") return Outcome::kBothBad;
      break;
    case 13:
      if (name == "tie (bothbad)") return Outcome::kBothBad;
      break;
    default:
      break;
  }
  return std::nullopt;
}

const char* ParseVoteRow(const RawRow& raw, const RowRules& rules, VoteRow& row) {
  if (const char* why = ParseKind(raw, row)) return why;
  row.new_language = raw.Get(Field::kNewLanguage);
  row.new_tags = raw.Get(Field::kNewTags);
  // Labels of a kind that no category asks for.
  if (row.kind == RowKind::kAnnotation && row.new_tags.data() == nullptr) return nullptr;
  if (const char* why = ParseRated(raw, rules, row)) return why;
  row.left = raw.Get(Field::kLeft);
  row.right = raw.Get(Field::kRight);
  if (!IsPrintableName(row.left) || !IsPrintableName(row.right))
    return "missing or invalid model name";
  if (row.left == row.right) return "a model against itself";
  const auto outcome = OutcomeOf(raw);
  if (!outcome) return "missing or unknown winner";
  row.outcome = *outcome;
  row.voter = raw.Get(Field::kVoter);
  row.language = raw.Get(Field::kLanguage);
  row.tags = raw.Get(Field::kTags);
  row.propensity.reset();
  if (const std::string_view text = raw.Get(Field::kPropensity); !text.empty()) {
    double value = 0;
    if (!ParseNumber(text, value) || !(value >= 0 && value <= 1)) {
      return "draw_probability is not from 0 to 1";
    }
    if (value > 0) row.propensity = value;
  }
  return ParseStyle(raw, rules, row);
}

}  // namespace arena::rate
