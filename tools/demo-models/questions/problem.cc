#include "tools/demo-models/questions/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "tools/demo-models/questions/facts.h"
#include "tools/demo-models/questions/text.h"

namespace arena::demo {
namespace {

// More digits than anybody asks a small model about; products fit easily.
constexpr size_t kMaxDigits = 6;

struct Spelling {
  std::string_view text;
  char op;
};
// Longer spellings come before their beginnings.
constexpr std::array<Spelling, 10> kOperators = {{{"multiplied by", '*'},
                                                  {"times", '*'},
                                                  {"minus", '-'},
                                                  {"plus", '+'},
                                                  {"\u00d7", '*'},
                                                  {"\u2212", '-'},
                                                  {"x", '*'},
                                                  {"*", '*'},
                                                  {"+", '+'},
                                                  {"-", '-'}}};

// Reads tokens off the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  void SkipSpaces() {
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
  }

  std::optional<int64_t> Number() {
    size_t digits = 0;
    while (digits < rest_.size() && IsDigit(rest_[digits])) ++digits;
    if (digits == 0 || digits > kMaxDigits) return std::nullopt;
    const int64_t value = std::atoll(std::string(rest_.substr(0, digits)).c_str());
    rest_.remove_prefix(digits);
    return value;
  }

  std::optional<char> Operator() {
    for (const Spelling& spelling : kOperators) {
      if (!rest_.starts_with(spelling.text)) continue;
      rest_.remove_prefix(spelling.text.size());
      return spelling.op;
    }
    return std::nullopt;
  }

  // Whether a number may end here: not in 3.14, 2023-05-01 or 12kg.
  bool AtEndOfNumber() const {
    if (rest_.empty()) return true;
    if (IsWordByte(rest_[0]) || rest_[0] == '-') return false;
    return !(rest_[0] == '.' && rest_.size() > 1 && IsDigit(rest_[1]));
  }

 private:
  std::string_view rest_;
};

// The expression that begins exactly at the front of `text`.
std::optional<Problem> ExpressionAt(std::string_view text) {
  Scanner scanner(text);
  const auto left = scanner.Number();
  if (!left.has_value()) return std::nullopt;
  scanner.SkipSpaces();
  const auto op = scanner.Operator();
  if (!op.has_value()) return std::nullopt;
  scanner.SkipSpaces();
  const auto right = scanner.Number();
  if (!right.has_value() || !scanner.AtEndOfNumber()) return std::nullopt;
  return MakeArithmetic(*left, *op, *right);
}

std::optional<Problem> FindArithmetic(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (!IsDigit(text[i])) continue;
    if (i > 0 && (IsWordByte(text[i - 1]) || text[i - 1] == '.' || text[i - 1] == '-')) continue;
    if (auto problem = ExpressionAt(text.substr(i))) return problem;
  }
  return std::nullopt;
}

std::optional<Problem> FindFact(std::string_view text) {
  const std::string words = Words(text);
  for (const FactKind& kind : FactKinds()) {
    if (!HasPhrase(words, kind.keyword)) continue;
    for (const Fact& fact : kind.facts) {
      if (!HasPhrase(words, fact.subject)) continue;
      Problem problem{fmt::format("{} {}", kind.topic, fact.subject), std::string(fact.answer), {}};
      for (const Fact& other : kind.facts) {
        if (other.answer != fact.answer) problem.wrong_answers.emplace_back(other.answer);
      }
      return problem;
    }
  }
  return std::nullopt;
}

}  // namespace

Problem MakeArithmetic(int64_t left, char op, int64_t right) {
  const int64_t value = op == '+' ? left + right : op == '-' ? left - right : left * right;
  Problem problem{fmt::format("{} {} {}", left, op, right), std::to_string(value), {}};
  // The slips of a hurried head: one off, a lost carry, one row too many.
  for (const int64_t slip : {int64_t{1}, int64_t{2}, int64_t{10}, std::max(left, right)}) {
    for (const int64_t wrong : {value + slip, value - slip}) {
      const bool is_new_sign = value >= 0 && wrong < 0;
      if (wrong != value && !is_new_sign) problem.wrong_answers.push_back(std::to_string(wrong));
    }
  }
  return problem;
}

std::optional<Problem> Understand(std::string_view text) {
  if (auto problem = FindArithmetic(text)) return problem;
  return FindFact(text);
}

}  // namespace arena::demo
