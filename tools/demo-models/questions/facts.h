#pragma once

#include <span>
#include <string_view>

namespace arena::demo {

// Facts of one kind, for example capitals. The answers of a kind are the wrong answers of each
// other.
struct Fact {
  std::string_view subject;
  std::string_view answer;
};

struct FactKind {
  // A question with this phrase and a subject is of this kind.
  std::string_view keyword;
  // What is asked for, before the subject: "the capital of".
  std::string_view topic;
  // A question, before the subject and a question mark: "What is the capital of".
  std::string_view question;
  std::span<const Fact> facts;
};

// A few dozen facts that nobody disputes.
std::span<const FactKind> FactKinds();

}  // namespace arena::demo
