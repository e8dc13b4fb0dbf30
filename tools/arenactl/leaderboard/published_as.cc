#include "tools/arenactl/leaderboard/published_as.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace arena::arenactl {
namespace {

using Json = nlohmann::json;

constexpr char kGroup[] = "Expected of what is published";

struct SharedFlag {
  const char* flag;
  // Its name in the settings.
  const char* setting;
  const char* type;
  const char* help;
  // Words that it takes; empty for a number.
  std::vector<std::string> words = {};
};

const std::vector<SharedFlag>& SharedFlags() {
  static const auto* const flags = new std::vector<SharedFlag>{
      {"--gauge", "gauge", "WORD", "mean or established", {"mean", "established"}},
      {"--ci", "ci", "WORD", "sandwich, bootstrap or none", {"sandwich", "bootstrap", "none"}},
      {"--rounds", "rounds", "N", "Rounds of the bootstrap"},
      {"--seed", "seed", "N", "Seed of the bootstrap"},
      {"--k", "k", "K", "Elo's K"},
  };
  return *flags;
}

// MODEL=VALUE; the model may itself hold an equals sign.
void ExpectAnchor(const std::string& text, ExpectedSettings& expected) {
  const size_t equals = text.rfind('=');
  const Json rating =
      equals == std::string::npos ? Json() : Json::parse(text.substr(equals + 1), nullptr, false);
  if (!rating.is_number() || equals == 0) {
    throw CLI::ValidationError("--anchor", "expected MODEL=VALUE");
  }
  expected["gauge"] = Json("anchor").dump();
  expected["anchor_model"] = Json(text.substr(0, equals)).dump();
  expected["anchor_rating"] = rating.dump();
}

}  // namespace

void AddExpectedSettings(CLI::App& command, ExpectedSettings& expected) {
  for (const SharedFlag& flag : SharedFlags()) {
    CLI::Option* option = command
                              .add_option_function<std::string>(
                                  flag.flag,
                                  [&expected, flag](const std::string& value) {
                                    expected[flag.setting] =
                                        flag.words.empty() ? value : Json(value).dump();
                                  },
                                  flag.help)
                              ->type_name(flag.type)
                              ->group(kGroup);
    if (flag.words.empty()) {
      option->check(CLI::Number.description(""));
    } else {
      option->check(CLI::IsMember(flag.words).description(""));
    }
  }
  command
      .add_option_function<std::string>(
          "--anchor", [&expected](const std::string& text) { ExpectAnchor(text, expected); },
          "The model at a fixed rating")
      ->type_name("MODEL=VALUE")
      ->group(kGroup);
}

absl::Status CheckPublishedAs(const ExpectedSettings& expected, std::string_view settings_json) {
  if (expected.empty()) return absl::OkStatus();
  const Json snapshot = Json::parse(settings_json, nullptr, /*allow_exceptions=*/false);
  const Json settings = snapshot.is_object() ? snapshot.value("settings", Json()) : Json();
  if (!settings.is_object()) {
    return absl::DataLossError("The server does not say with which settings it published.");
  }
  for (const auto& [setting, value] : expected) {
    const Json published = settings.value(setting, Json());
    const Json wanted = Json::parse(value, nullptr, /*allow_exceptions=*/false);
    if (published == wanted) continue;
    return absl::FailedPreconditionError(fmt::format(
        "What is published has {} {}, not {}: compute it with 'arenactl votes export | arenactl "
        "rate -' and the same flags.",
        setting, published.dump(), wanted.dump()));
  }
  return absl::OkStatus();
}

}  // namespace arena::arenactl
