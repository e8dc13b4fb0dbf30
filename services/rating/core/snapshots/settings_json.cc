#include "services/rating/core/snapshots/settings_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "services/rating/model/library_version.h"

namespace arena::rating {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kLanguagePrefix = "language-";

absl::Status Unknown(std::string_view what) {
  return absl::FailedPreconditionError(
      fmt::format("the settings come from another program: rating library {} does not know {}",
                  kLibraryVersion, what));
}

// All boards of an arena that publishes these; the boards of languages are what differs.
absl::StatusOr<BoardSet> BoardsOf(Series series, const Json& boards) {
  if (series == Series::kElo) return BoardSet();
  std::vector<std::string> languages;
  for (const Json& board : boards) {
    const auto& name = board.at("name").get_ref<const std::string&>();
    if (name.starts_with(kLanguagePrefix)) languages.push_back(name.substr(kLanguagePrefix.size()));
  }
  auto set = BoardSet::WithLanguages(languages);
  if (!set.ok())
    return Unknown(fmt::format("these boards: {}", std::string(set.status().message())));
  return set;
}

// The first thing that is in `text` and not in `known`.
std::string FirstUnknown(const Json& text, const Json& known) {
  for (const Json& board : text.at("boards")) {
    const auto& same = known.at("boards");
    if (std::find(same.begin(), same.end(), board) != same.end()) continue;
    return fmt::format("the board {}, version {}", board.value("name", ""),
                       board.value("version", 0));
  }
  for (const auto& [key, value] : text.at("settings").items()) {
    const Json& ours = known.at("settings");
    if (!ours.contains(key)) return fmt::format("the setting {}", key);
    if (ours.at(key) != value) return fmt::format("{} = {} here", key, value.dump());
  }
  return "their form";
}

}  // namespace

absl::StatusOr<PublishedSettings> ParseSettingsJson(std::string_view text) {
  // The exceptions of the JSON library stop here.
  try {
    const Json json = Json::parse(text);
    const auto& name = json.at("series").get_ref<const std::string&>();
    const auto series = SeriesNamed(name);
    if (!series.has_value()) return Unknown(fmt::format("the series {}", name));
    PublishedSettings published{.series = *series};
    SeriesSettings& settings = published.settings;
    ARENA_ASSIGN_OR_RETURN(settings.boards, BoardsOf(*series, json.at("boards")));
    settings.board_minimum_votes = json.at("board_minimum_votes").get<int64_t>();
    settings.provisional_votes = json.at("settings").at("provisional_votes").get<int64_t>();
    settings.elo_k = json.at("settings").at("k").get<double>();
    const std::string known = SettingsJson(*series, settings);
    if (known != text) return Unknown(FirstUnknown(json, Json::parse(known)));
    return published;
  } catch (const Json::exception& error) {
    return absl::DataLossError(fmt::format("these are no settings of a series: {}", error.what()));
  }
}

}  // namespace arena::rating
