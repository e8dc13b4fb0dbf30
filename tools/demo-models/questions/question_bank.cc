#include "tools/demo-models/questions/question_bank.h"

#include <fmt/format.h>

#include <array>
#include <span>

#include "tools/demo-models/questions/facts.h"
#include "tools/demo-models/questions/problem.h"
#include "tools/demo-models/questions/text.h"

namespace arena::demo {
namespace {

// A model's luck hangs on the whole text, so that openings make more questions of the few facts.
constexpr std::array<std::string_view, 8> kOpenings = {
    "",           "Quick question: ", "Please tell me: ",   "For a quiz: ",
    "I forgot. ", "Help me out: ",    "A riddle for you. ", "Be honest. "};

constexpr uint64_t kArithmeticInTen = 7;

bool IsNumber(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty()) return false;
  for (const char c : text) {
    if (!IsDigit(c)) return false;
  }
  return true;
}

// Whether the digits of `text` at [begin, end) are a number of their own: not the end of -43
// or 1.43, not the beginning of 43.5 or 43rd. In `17-43` the dash is an operator.
bool StandsAlone(std::string_view text, size_t begin, size_t end) {
  if (end < text.size() && IsWordByte(text[end])) return false;
  if (end + 1 < text.size() && text[end] == '.' && IsDigit(text[end + 1])) return false;
  if (begin == 0) return true;
  const char before = text[begin - 1];
  if (IsWordByte(before)) return false;
  const char before_that = begin > 1 ? text[begin - 2] : ' ';
  if (before == '.') return !IsDigit(before_that);
  if (before == '-') return IsDigit(before_that);
  return true;
}

std::string WithoutThousandsCommas(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_separator = text[i] == ',' && i > 0 && IsDigit(text[i - 1]) &&
                              i + 3 < text.size() && IsDigit(text[i + 1]) && IsDigit(text[i + 2]) &&
                              IsDigit(text[i + 3]);
    if (!is_separator) result += text[i];
  }
  return result;
}

bool HasNumber(std::string_view reply, std::string_view number) {
  const std::string text = WithoutThousandsCommas(reply);
  for (size_t at = text.find(number); at != std::string::npos; at = text.find(number, at + 1)) {
    if (StandsAlone(text, at, at + number.size())) return true;
  }
  return false;
}

bool HasExactWord(std::string_view text, std::string_view word) {
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    const bool begins = at == 0 || !IsWordByte(text[at - 1]);
    if (begins && (end == text.size() || !IsWordByte(text[end]))) return true;
  }
  return false;
}

}  // namespace

Question QuestionBank::Next() {
  return random_.Below(10) < kArithmeticInTen ? Arithmetic() : AnyFact();
}

std::string_view QuestionBank::Opening() { return kOpenings[random_.Below(kOpenings.size())]; }

Question QuestionBank::Arithmetic() {
  constexpr std::array<char, 3> kOps = {'+', '-', '*'};
  const char op = kOps[random_.Below(kOps.size())];
  const auto right = static_cast<int64_t>(12 + random_.Below(88));
  // Left is larger, and no result equals an operand, which a wrong reply would repeat.
  auto left = right + static_cast<int64_t>(1 + random_.Below(op == '*' ? 20 : 800));
  if (op == '-' && left == 2 * right) ++left;
  const Problem problem = MakeArithmetic(left, op, right);
  return {fmt::format("{}What is {}?", Opening(), problem.topic), problem.answer};
}

Question QuestionBank::AnyFact() {
  const std::span<const FactKind> kinds = FactKinds();
  const FactKind& kind = kinds[random_.Below(kinds.size())];
  const Fact& fact = kind.facts[random_.Below(kind.facts.size())];
  return {fmt::format("{}{} {}?", Opening(), kind.question, fact.subject),
          std::string(fact.answer)};
}

bool IsCorrect(std::string_view reply, std::string_view expected) {
  if (IsNumber(expected)) return HasNumber(reply, expected);
  if (expected.size() <= 2) return HasExactWord(reply, expected);
  return HasPhrase(Words(reply), expected);
}

}  // namespace arena::demo
