#include "tools/arenactl/leaderboard/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "arena/v1/leaderboard_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "tools/arenactl/client.h"
#include "tools/arenactl/command.h"
#include "tools/arenactl/leaderboard/board_errors.h"
#include "tools/arenactl/leaderboard/choice.h"
#include "tools/arenactl/leaderboard/snapshot_calls.h"

namespace arena::arenactl {
namespace {

constexpr char kHistoryHelp[] =
    R"(Oldest first, from the snapshots that are still kept: all of the last hour, one a minute of the last
day, one an hour before. --step takes at most one in each such stretch of time: 90s, 5m, 1h, 24h.
The table has a column a model; CSV and JSON have intervals, ranks and votes, too.

Example:  arenactl leaderboard history vicuna-13b koala-13b --category language-en --step 24h)";

struct HistoryOptions {
  std::vector<std::string> models;
  std::string board = "overall";
  v1::RatingMethod method = v1::RATING_METHOD_BRADLEY_TERRY;
  bool style_control = false;
  absl::Duration step = absl::ZeroDuration();
  rate::Format format = rate::Format::kTable;
  std::string rating;
};

using Points = std::vector<v1::RatingHistoryPoint>;

absl::StatusOr<Points> Read(const HistoryOptions& options) {
  ARENA_ASSIGN_OR_RETURN(const Remote rating, Remote::Make(kRating, options.rating));
  v1::LeaderboardService::Stub stub(rating.channel());
  v1::GetRatingHistoryRequest request;
  request.set_board(options.board);
  request.set_method(options.method);
  request.set_style_control(options.style_control);
  request.mutable_models()->Assign(options.models.begin(), options.models.end());
  request.mutable_step()->set_seconds(absl::ToInt64Seconds(options.step));
  Points points;
  do {
    v1::GetRatingHistoryResponse page;
    ARENA_RETURN_IF_ERROR(
        CallOnce(rating, stub, &v1::LeaderboardService::Stub::GetRatingHistory, request, page));
    points.insert(points.end(), page.points().begin(), page.points().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return points;
}

std::string Cell(const v1::RatingHistoryPoint& point, const std::string& model) {
  for (const v1::LeaderboardRow& row : point.rows()) {
    if (row.model() != model) continue;
    return row.has_rating() ? fmt::format("{:.1f}", row.rating()) : "not rated";
  }
  return "";
}

std::string HistoryTable(const HistoryOptions& options, const Points& points) {
  std::string text = fmt::format("{:<27}  {:>12}", "published", "position");
  for (const std::string& model : options.models) text += fmt::format("  {:>9}", model);
  text += '\n';
  for (const v1::RatingHistoryPoint& point : points) {
    text += fmt::format("{:<27}  {:>12}", TextOf(point.publish_time()), point.position());
    for (const std::string& model : options.models) {
      text += fmt::format("  {:>{}}", Cell(point, model), std::max<size_t>(model.size(), 9));
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

// Empty where there is none.
std::string Number(bool is_there, double value) { return is_there ? fmt::format("{}", value) : ""; }

// Names of models need no quotes: they have neither commas nor quotes in them.
std::string HistoryCsv(const Points& points) {
  std::string text = "snapshot,position,publish_time,model,rating,lower,upper,rank,votes\n";
  for (const v1::RatingHistoryPoint& point : points) {
    for (const v1::LeaderboardRow& row : point.rows()) {
      text +=
          fmt::format("{},{},{},{},{},{},{},{},{}\n", point.snapshot_id(), point.position(),
                      TextOf(point.publish_time()), row.model(),
                      Number(row.has_rating(), row.rating()), Number(row.has_lower(), row.lower()),
                      Number(row.has_upper(), row.upper()), row.rank(), row.vote_count());
    }
  }
  return text;
}

std::string HistoryJson(const Points& points) {
  using Json = nlohmann::ordered_json;
  const auto number = [](bool is_there, double value) { return is_there ? Json(value) : Json(); };
  auto list = Json::array();
  for (const v1::RatingHistoryPoint& point : points) {
    auto models = Json::array();
    for (const v1::LeaderboardRow& row : point.rows()) {
      models.push_back({{"model", row.model()},
                        {"rating", number(row.has_rating(), row.rating())},
                        {"lower", number(row.has_lower(), row.lower())},
                        {"upper", number(row.has_upper(), row.upper())},
                        {"rank", row.rank()},
                        {"votes", row.vote_count()}});
    }
    list.push_back({{"snapshot", point.snapshot_id()},
                    {"position", point.position()},
                    {"publish_time", TextOf(point.publish_time())},
                    {"models", models}});
  }
  return Json{{"points", list}}.dump() + '\n';
}

absl::Status RunHistory(const HistoryOptions& options) {
  const absl::StatusOr<Points> points = Read(options);
  if (!points.ok()) return WithBoards(points.status());
  std::cout << FormatAs(
      options.format, *points, [&](const Points& table) { return HistoryTable(options, table); },
      HistoryCsv, HistoryJson);
  return absl::OkStatus();
}

}  // namespace

void AddHistoryCommand(CLI::App& leaderboard) {
  auto options = std::make_shared<HistoryOptions>();
  CLI::App* command = leaderboard.add_subcommand("history", "Prints how ratings went");
  command->add_option("MODEL", options->models, "Names of 1 to 50 models")
      ->required()
      ->type_name("");
  AddBoard(*command, options->board);
  AddMethod(*command, options->method, options->style_control);
  command
      ->add_option_function<std::string>(
          "--step",
          [options](const std::string& text) {
            const bool is_duration = absl::ParseDuration(text, &options->step);
            if (is_duration && options->step >= absl::ZeroDuration() &&
                absl::Trunc(options->step, absl::Seconds(1)) == options->step) {
              return;
            }
            throw CLI::ValidationError("--step", "expected whole seconds such as 90s, 5m or 24h");
          },
          "Least time between two (default: every one that is kept)")
      ->type_name("TIME");
  AddFormat(*command, options->format);
  AddAddressFlag(*command, kRating, options->rating);
  command->footer(kHistoryHelp);
  OnRun(*command, [options] { return RunHistory(*options); });
}

}  // namespace arena::arenactl
