#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace arena::model_gateway {

// What rating needs to know of a prompt, so that the text itself need not be kept.
struct PromptFacts {
  // ISO 639-1 (639-2 where that has none); "und" when it cannot be told.
  std::string language = "und";
  // Categories, ascending: code, long_prompt, math, short_prompt.
  std::vector<std::string> tags;
};

// A pure function of the text, which is valid UTF-8. Threads may call it at the same time.
PromptFacts DescribePrompt(std::string_view prompt);

// The two halves of it.
std::string LanguageOf(std::string_view text);
std::vector<std::string> TagsOf(std::string_view text);

}  // namespace arena::model_gateway
