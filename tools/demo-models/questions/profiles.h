#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace arena::demo {

// How a model likes to write.
enum class Style { kConcise, kChatty, kTerse, kMarkdown, kSteps, kCode };

// One demonstration model: how good it is, how it writes, how fast it is at speed 1.
struct Profile {
  std::string_view name;
  std::string_view organization;
  // Share of understood questions that it answers right.
  double success_rate;
  Style style;
  int first_token_ms;
  int tokens_per_second;
  // Most tokens in one chunk of a stream.
  int chunk_tokens;
};

// The models from best to worst, at least 0.17 apart. The order is alphabetical in no direction,
// and neither speed nor length follows it, so that a leaderboard can only get it right by the
// votes.
inline constexpr std::array<Profile, 6> kProfiles = {{
    {"juniper-large", "Northwood", 0.97, Style::kSteps, 420, 55, 2},
    {"aspen-chat", "Riverbank", 0.80, Style::kChatty, 250, 90, 3},
    {"willow-medium", "Northwood", 0.63, Style::kTerse, 180, 70, 1},
    {"cedar-instruct", "Hillside", 0.46, Style::kMarkdown, 320, 120, 4},
    {"maple-mini", "Riverbank", 0.29, Style::kCode, 120, 160, 6},
    {"birch-tiny", "Hillside", 0.12, Style::kConcise, 80, 200, 8},
}};

// Who serves all of them, as models.yaml says it.
inline constexpr std::string_view kProvider = "Demogrove";

// The profile of that name, or null. Lives for ever.
const Profile* FindProfile(std::string_view name);

}  // namespace arena::demo
