#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace arena::demo {

// A question that the models understand, with its answer. "What is 17 + 26?" becomes
// {"17 + 26", "43", {"42", "44", …}}.
struct Problem {
  // What is asked for, as in "TOPIC is ANSWER".
  std::string topic;
  std::string answer;
  // Plausible wrong answers; never empty, never the answer.
  std::vector<std::string> wrong_answers;
};

// Finds the first sum, difference or product of two whole numbers of at most six digits ("17 + 26",
// "17 times 26"), else a known fact. Nothing for any other text.
std::optional<Problem> Understand(std::string_view text);

// The problem of an expression such as (17, '+', 26); the operator is one of + - *.
Problem MakeArithmetic(int64_t left, char op, int64_t right);

}  // namespace arena::demo
