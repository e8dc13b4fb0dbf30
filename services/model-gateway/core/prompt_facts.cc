#include "services/model-gateway/core/prompt_facts.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
// CLD2's header uses FILE without including this.
#include <cld2/public/compact_lang_det.h>

#include <cstdio>

#include "services/model-gateway/core/style.h"
#include "services/model-gateway/core/utf8.h"

namespace arena::model_gateway {
namespace {

// More text makes the detection no better, only slower.
constexpr size_t kLanguageBytes = 4'096;

constexpr int kLongPromptTokens = 500;
constexpr int kShortPromptTokens = 16;

// A prompt that matches the pattern has the tag. RE2 is linear in the text whatever it says.
struct TagRule {
  const char* tag;
  const char* pattern;
};

constexpr TagRule kRules[] = {
    {"code",
     "```"
     R"(|(?m:^\s*(?:#include\s*[<"]|import\s+\w|from\s+\w+\s+import\s|def\s+\w+\(|class\s+\w+[:({]|func\s+\w+\())"
     R"(|(?i:\bselect\b.+\bfrom\b))"
     R"(|(?i:\b(?:python|javascript|typescript|c\+\+|rust|golang|java|sql|html|css|bash|regex)\b))"
     R"(|(?i:\b(?:compile|debug|refactor|stack ?trace|source code|unit tests?)\b)))"},
    {"math",
     R"(\\(?:frac|sum|int|sqrt|begin\{equation\}))"
     R"(|\$[^$\n]*[\\^_=][^$\n]*\$)"
     R"(|\d\s*[-+*/×÷^]\s*\(?\d)"
     R"(|(?i:\b(?:equation|integral|derivative|theorem|polynomial|matrix|probability|prime number|prove that|solve for)\b))"},
};

const RE2& PatternOf(size_t rule) {
  static const auto& patterns =
      *new std::array<RE2, std::size(kRules)>{RE2(kRules[0].pattern), RE2(kRules[1].pattern)};
  return patterns[rule];
}

// CLD2 speaks BCP 47 with some withdrawn codes of ISO 639.
std::string ToIso639(std::string_view code) {
  code = code.substr(0, code.find('-'));
  if (code == "iw") return "he";
  if (code == "jw") return "jv";
  if (code == "mo") return "ro";
  const bool is_no_language = code == "un" || code == "xx" || code == "zzp" || code == "tlh";
  return code.empty() || is_no_language ? "und" : std::string(code);
}

}  // namespace

std::string LanguageOf(std::string_view text) {
  text = text.substr(0, PrefixLength(text, kLanguageBytes));
  bool is_reliable = false;
  const CLD2::Language language = CLD2::DetectLanguage(text.data(), static_cast<int>(text.size()),
                                                       /*is_plain_text=*/true, &is_reliable);
  return is_reliable ? ToIso639(CLD2::LanguageCode(language)) : "und";
}

std::vector<std::string> TagsOf(std::string_view text) {
  std::vector<std::string> tags;
  const re2::StringPiece piece(text.data(), text.size());
  for (size_t i = 0; i < std::size(kRules); ++i) {
    if (RE2::PartialMatch(piece, PatternOf(i))) tags.emplace_back(kRules[i].tag);
  }
  const int tokens = EstimateTokens(text);
  if (tokens >= kLongPromptTokens) tags.emplace_back("long_prompt");
  if (tokens < kShortPromptTokens) tags.emplace_back("short_prompt");
  std::sort(tags.begin(), tags.end());
  return tags;
}

PromptFacts DescribePrompt(std::string_view prompt) {
  return {.language = LanguageOf(prompt), .tags = TagsOf(prompt)};
}

}  // namespace arena::model_gateway
