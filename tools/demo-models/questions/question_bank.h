#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/random.h"

namespace arena::demo {

// A question and the answer that a scripted voter looks for.
struct Question {
  std::string prompt;
  std::string expected;
};

// An endless row of questions that the demonstration models understand, the same for the same seed:
// seven in ten are sums, differences and products, the others facts. Not shared by threads.
class QuestionBank {
 public:
  explicit QuestionBank(uint64_t seed) : random_(seed) {}
  Question Next();

 private:
  Question Arithmetic();
  Question AnyFact();
  std::string_view Opening();

  SeededRandom random_;
};

// Whether a reply contains the expected answer: a whole number (thousands may be separated by
// commas), or whole words, where case counts only for answers of one or two letters.
bool IsCorrect(std::string_view reply, std::string_view expected);

}  // namespace arena::demo
