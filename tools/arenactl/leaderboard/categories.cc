#include "tools/arenactl/leaderboard/categories.h"

#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "arena/v1/leaderboard_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "tools/arenactl/client.h"
#include "tools/arenactl/command.h"
#include "tools/arenactl/leaderboard/choice.h"

namespace arena::arenactl {
namespace {

constexpr char kCategoriesHelp[] =
    R"(A board is published once it has votes enough. Which votes it counts is part of the settings of every
snapshot; the version rises when the rule changes.

Example:  arenactl leaderboard categories --format csv)";

struct CategoriesOptions {
  rate::Format format = rate::Format::kTable;
  std::string rating;
};

std::string CategoriesTable(const v1::ListCategoriesResponse& categories) {
  std::string text =
      fmt::format("{:<22}  {:>10}  {:<16}  {}\n", "board", "votes", "published", "counts");
  for (const v1::Category& category : categories.categories()) {
    const std::string published =
        category.published() ? "yes" : fmt::format("from {} on", category.minimum_vote_count());
    text += fmt::format("{:<22}  {:>10}  {:<16}  {}\n", category.board(), category.vote_count(),
                        published, category.description());
  }
  return text;
}

std::string CategoriesCsv(const v1::ListCategoriesResponse& categories) {
  std::string text = "board,version,votes,minimum_votes,published,style_control_published\n";
  for (const v1::Category& category : categories.categories()) {
    text += fmt::format("{},{},{},{},{},{}\n", category.board(), category.version(),
                        category.vote_count(), category.minimum_vote_count(), category.published(),
                        category.style_control_published());
  }
  return text;
}

std::string CategoriesJson(const v1::ListCategoriesResponse& categories) {
  auto list = nlohmann::ordered_json::array();
  for (const v1::Category& category : categories.categories()) {
    list.push_back({{"board", category.board()},
                    {"version", category.version()},
                    {"title", category.title()},
                    {"description", category.description()},
                    {"votes", category.vote_count()},
                    {"minimum_votes", category.minimum_vote_count()},
                    {"published", category.published()},
                    {"style_control_published", category.style_control_published()}});
  }
  return nlohmann::ordered_json{{"position", categories.position()}, {"categories", list}}.dump() +
         '\n';
}

absl::Status RunCategories(const CategoriesOptions& options) {
  ARENA_ASSIGN_OR_RETURN(const Remote rating, Remote::Make(kRating, options.rating));
  v1::LeaderboardService::Stub stub(rating.channel());
  v1::ListCategoriesResponse categories;
  ARENA_RETURN_IF_ERROR(CallOnce(rating, stub, &v1::LeaderboardService::Stub::ListCategories,
                                 v1::ListCategoriesRequest(), categories));
  std::cout << FormatAs(options.format, categories, CategoriesTable, CategoriesCsv, CategoriesJson);
  return absl::OkStatus();
}

}  // namespace

void AddCategoriesCommand(CLI::App& leaderboard) {
  auto options = std::make_shared<CategoriesOptions>();
  CLI::App* command =
      leaderboard.add_subcommand("categories", "Lists the boards and which votes each counts");
  AddFormat(*command, options->format);
  AddAddressFlag(*command, kRating, options->rating);
  command->footer(kCategoriesHelp);
  OnRun(*command, [options] { return RunCategories(*options); });
}

}  // namespace arena::arenactl
