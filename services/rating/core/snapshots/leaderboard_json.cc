#include "services/rating/core/snapshots/leaderboard_json.h"

#include <nlohmann/json.hpp>
#include <optional>

namespace arena::rating {
namespace {

using Json = nlohmann::json;

std::optional<double> Number(const Json& value) {
  if (value.is_null()) return std::nullopt;
  return value.get<double>();
}

LeaderboardRow RowOf(const Json& row) {
  return {.model = row.at("model").get<std::string>(),
          .rating = Number(row.at("rating")),
          .lower = Number(row.at("lower")),
          .upper = Number(row.at("upper")),
          .rank = row.at("rank").get<int>(),
          .rank_lower = row.at("rank_lower").get<int>(),
          .rank_upper = row.at("rank_upper").get<int>(),
          .votes = row.at("votes").get<int64_t>(),
          .is_provisional = row.at("provisional").get<bool>(),
          .group = row.at("group").get<int>()};
}

Coefficient CoefficientOf(const Json& coefficient) {
  return {.group = coefficient.at("group").get<int>(),
          .name = coefficient.at("name").get<std::string>(),
          .value = coefficient.at("value").get<double>(),
          .lower = Number(coefficient.at("lower")),
          .upper = Number(coefficient.at("upper"))};
}

}  // namespace

absl::StatusOr<Leaderboard> ParseLeaderboard(std::string_view text) {
  // The exceptions of the JSON library stop here.
  try {
    const Json json = Json::parse(text);
    Leaderboard leaderboard;
    const auto& method = json.at("method").get_ref<const std::string&>();
    leaderboard.method = method == "elo" ? Method::kElo : Method::kBradleyTerry;
    leaderboard.votes = json.at("votes").get<int64_t>();
    leaderboard.groups = json.at("groups").get<int>();
    for (const Json& row : json.at("models")) leaderboard.models.push_back(RowOf(row));
    if (json.contains("coefficients")) {
      for (const Json& coefficient : json["coefficients"]) {
        leaderboard.coefficients.push_back(CoefficientOf(coefficient));
      }
    }
    return leaderboard;
  } catch (const Json::exception& error) {
    return absl::DataLossError(error.what());
  }
}

}  // namespace arena::rating
