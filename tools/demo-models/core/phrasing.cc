#include "tools/demo-models/core/phrasing.h"

#include <fmt/format.h>

#include <array>
#include <span>

namespace arena::demo {
namespace {

using Lines = std::span<const std::string_view>;

std::string_view Pick(Lines lines, Random& random) { return lines[random.Below(lines.size())]; }

constexpr std::string_view kGreetings[] = {"Sure!", "Good question!", "Happy to help!",
                                           "Oh, I like this one!"};
constexpr std::string_view kFarewells[] = {
    "Let me know if you would like to hear more!", "Hope that helps!",
    "Is there anything else on your mind?", "Feel free to ask me something harder!"};
constexpr std::string_view kFirstSteps[] = {"First, look at what is being asked.",
                                            "Begin with the parts of the question.",
                                            "Start from what is given."};
constexpr std::string_view kLastSteps[] = {"Then check the result against the question.",
                                           "Finally, confirm that nothing was left out.",
                                           "To be safe, go through it once more."};
constexpr std::string_view kRemarks[] = {"This follows directly from the question.",
                                         "No further assumptions are needed.",
                                         "The result is short enough to remember."};

constexpr std::string_view kShrugs[] = {
    "I can only do small sums and a few facts.",
    "That is beyond me; try a small sum or a simple fact.",
    "I would rather talk about arithmetic or simple facts.",
    "There is much to say about that, but I know only sums and facts."};

constexpr std::string_view kVocabulary[] = {
    "water",  "morning", "garden", "window",  "paper",  "letter",  "summer", "river",
    "music",  "kitchen", "bridge", "evening", "market", "harbour", "story",  "mountain",
    "always", "often",   "slowly", "gently",  "under",  "between", "beyond", "across",
    "keeps",  "carries", "finds",  "shows",   "turns",  "follows", "bright", "simple"};

std::string Capitalised(std::string_view text) {
  std::string result(text);
  if (!result.empty() && result[0] >= 'a' && result[0] <= 'z') {
    result[0] = static_cast<char>(result[0] - 'a' + 'A');
  }
  return result;
}

constexpr int kWordsInSentence = 12;
constexpr int kWordsInParagraph = 72;

}  // namespace

std::string PhraseAnswer(Style style, std::string_view topic, std::string_view answer,
                         Random& random) {
  const std::string start = Capitalised(topic);
  switch (style) {
    case Style::kConcise:
      return fmt::format("{} is {}. {}", start, answer, Pick(kRemarks, random));
    case Style::kChatty:
      return fmt::format("{} {} is {}. {}", Pick(kGreetings, random), start, answer,
                         Pick(kFarewells, random));
    case Style::kTerse:
      return std::string(answer);
    case Style::kMarkdown:
      return fmt::format("## Answer\n\n**{}** is **{}**.\n\n### Notes\n\n- {}\n- *{}*\n", start,
                         answer, Pick(kRemarks, random), Pick(kLastSteps, random));
    case Style::kSteps:
      return fmt::format("- {}\n- Here that is {}.\n- {}\n\nThe answer is **{}**.",
                         Pick(kFirstSteps, random), topic, Pick(kLastSteps, random), answer);
    case Style::kCode:
      return fmt::format("```text\n{} => {}\n```\n\n{}", topic, answer, Pick(kRemarks, random));
  }
  return {};
}

std::string PhraseShrug(Style style, Random& random) {
  const std::string_view shrug = Pick(kShrugs, random);
  switch (style) {
    case Style::kConcise:
      return std::string(shrug);
    case Style::kChatty:
      return fmt::format("{} {} {}", Pick(kGreetings, random), shrug, Pick(kFarewells, random));
    case Style::kTerse:
      return "I cannot say.";
    case Style::kMarkdown:
      return fmt::format("## Answer\n\n**{}**\n\n- {}\n", shrug, Pick(kLastSteps, random));
    case Style::kSteps:
      return fmt::format("- {}\n- {}\n\nPlease **ask again** with a small sum.",
                         Pick(kFirstSteps, random), shrug);
    case Style::kCode:
      return fmt::format("```text\nunknown\n```\n\n{}", shrug);
  }
  return {};
}

std::string PhraseProse(Style style, int words, Random& random) {
  const bool in_list = style == Style::kMarkdown || style == Style::kSteps;
  std::string text;
  for (int i = 0; i < words; ++i) {
    const bool begins_sentence = i % kWordsInSentence == 0;
    if (i > 0) text += begins_sentence ? ". " : " ";
    if (i > 0 && i % kWordsInParagraph == 0) text.back() = '\n', text += '\n';
    if (in_list && i % kWordsInParagraph == 0) text += "- ";
    const std::string_view word = Pick(kVocabulary, random);
    text += begins_sentence ? Capitalised(word) : std::string(word);
  }
  return text + ".";
}

}  // namespace arena::demo
