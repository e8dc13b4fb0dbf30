#include "services/rating/model/votes/boards.h"

#include <algorithm>
#include <array>
#include <utility>

namespace arena::rating {
namespace {

struct TagName {
  std::string_view name;
  TagSet::Tag tag;
};
constexpr TagName kTagNames[] = {{"code", TagSet::kCode},
                                 {"math", TagSet::kMath},
                                 {"long_prompt", TagSet::kLongPrompt},
                                 {"short_prompt", TagSet::kShortPrompt},
                                 {"refusal", TagSet::kRefusal}};

// The boards without language, in the order of their bits.
enum Bit : uint32_t {
  kOverall = kOverallBoard,
  kCoding,
  kMath,
  kLongPrompts,
  kWithoutShortPrompts,
  kMultiTurn,
  kWithoutRefusals,
  kWithoutTies,
  kFirstFive,
  kFirstLanguage,
};

struct Definition {
  const char* name;
  int version;
  const char* title;
  const char* description;
};
constexpr std::array<Definition, kFirstLanguage> kDefinitions = {{
    {"overall", 1, "Overall", "All rated votes."},
    {"coding", 1, "Coding", "Votes whose prompts have code or ask for it (tag code)."},
    {"math", 1, "Math", "Votes whose prompts pose a mathematical problem (tag math)."},
    {"long-prompts", 1, "Long prompts", "Votes on long prompts (tag long_prompt)."},
    {"without-short-prompts", 1, "Without short prompts",
     "All votes but those on short prompts (tag short_prompt)."},
    {"multi-turn", 1, "Multi-turn", "Votes on the second turn of a conversation or a later one."},
    {"without-refusals", 1, "Without refusals",
     "All votes but those where a model refused to answer (tag refusal)."},
    {"without-ties", 1, "Without ties", "Votes that preferred one side."},
    {"first-five", 1, "First five votes",
     "The first five rated votes of each voter on each UTC day, as numbered when they entered the "
     "log; a retraction moves no other vote up. Votes without a known voter are left out, and so "
     "are votes older than the day before the newest day of the log."},
}};

constexpr std::pair<std::string_view, std::string_view> kLanguageNames[] = {
    {"en", "English"},    {"zh", "Chinese"}, {"ru", "Russian"},    {"de", "German"},
    {"ja", "Japanese"},   {"fr", "French"},  {"es", "Spanish"},    {"ko", "Korean"},
    {"pt", "Portuguese"}, {"it", "Italian"}, {"vi", "Vietnamese"}, {"pl", "Polish"},
    {"ar", "Arabic"},     {"tr", "Turkish"}, {"id", "Indonesian"}};

std::string TitleOf(const std::string& language) {
  for (const auto& [code, name] : kLanguageNames) {
    if (code == language) return std::string(name);
  }
  return "Language " + language;
}

bool IsLanguageCode(std::string_view code) {
  return (code.size() == 2 || code.size() == 3) &&
         std::ranges::all_of(code, [](char c) { return c >= 'a' && c <= 'z'; });
}

constexpr uint64_t Mask(uint32_t bit) { return uint64_t{1} << bit; }

}  // namespace

TagSet TagSet::FromList(std::string_view list, char separator) {
  TagSet tags;
  while (!list.empty()) {
    const size_t end = list.find(separator);
    tags.Add(list.substr(0, end));
    if (end == std::string_view::npos) break;
    list.remove_prefix(end + 1);
  }
  return tags;
}

void TagSet::Add(std::string_view tag) {
  for (const TagName& known : kTagNames) {
    if (known.name == tag) bits_ = static_cast<uint8_t>(bits_ | known.tag);
  }
}

BoardSet::BoardSet() : BoardSet(DefaultLanguages()) {}

BoardSet::BoardSet(std::span<const std::string> languages) {
  for (const Definition& definition : kDefinitions) {
    boards_.push_back({.name = definition.name,
                       .version = definition.version,
                       .title = definition.title,
                       .description = definition.description});
  }
  for (const std::string& language : languages) {
    language_masks_[language] = Mask(static_cast<uint32_t>(boards_.size()));
    boards_.push_back({.name = "language-" + language,
                       .version = 1,
                       .title = TitleOf(language),
                       .description = "Votes whose first prompt is in this language (ISO 639 " +
                                      language + ")."});
  }
}

absl::StatusOr<BoardSet> BoardSet::WithLanguages(std::span<const std::string> languages) {
  if (kDefinitions.size() + languages.size() > kMaxBoards) {
    return absl::InvalidArgumentError(
        "there can be at most " + std::to_string(kMaxBoards - kDefinitions.size()) + " languages");
  }
  for (size_t i = 0; i < languages.size(); ++i) {
    if (!IsLanguageCode(languages[i])) {
      return absl::InvalidArgumentError("a language is two or three lower-case letters, not " +
                                        languages[i]);
    }
    if (std::ranges::count(languages.subspan(0, i), languages[i]) > 0) {
      return absl::InvalidArgumentError("the language " + languages[i] + " comes twice");
    }
  }
  return BoardSet(languages);
}

std::vector<std::string> BoardSet::DefaultLanguages() {
  std::vector<std::string> languages;
  for (const auto& [code, name] : kLanguageNames) languages.emplace_back(code);
  return languages;
}

std::optional<uint32_t> BoardSet::Find(std::string_view name) const {
  const auto found = std::ranges::find(boards_, name, &BoardDefinition::name);
  if (found == boards_.end()) return std::nullopt;
  return static_cast<uint32_t>(found - boards_.begin());
}

uint64_t BoardSet::MaskOf(const VoteLabels& labels) const {
  const TagSet& tags = labels.tags;
  uint64_t mask = Mask(kOverall);
  if (tags.Has(TagSet::kCode)) mask |= Mask(kCoding);
  if (tags.Has(TagSet::kMath)) mask |= Mask(kMath);
  if (tags.Has(TagSet::kLongPrompt)) mask |= Mask(kLongPrompts);
  if (!tags.Has(TagSet::kShortPrompt)) mask |= Mask(kWithoutShortPrompts);
  if (labels.turn >= 2) mask |= Mask(kMultiTurn);
  if (!tags.Has(TagSet::kRefusal)) mask |= Mask(kWithoutRefusals);
  if (labels.outcome == Outcome::kLeft || labels.outcome == Outcome::kRight) {
    mask |= Mask(kWithoutTies);
  }
  if (labels.is_early) mask |= Mask(kFirstFive);
  const auto language =
      language_masks_.find(absl::string_view(labels.language.data(), labels.language.size()));
  return language == language_masks_.end() ? mask : mask | language->second;
}

}  // namespace arena::rating
