#include "tools/arenactl/leaderboard/command.h"

#include <fmt/format.h>

#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "arena/v1/leaderboard_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "tools/arenactl/client.h"
#include "tools/arenactl/command.h"
#include "tools/arenactl/leaderboard/from_proto.h"
#include "tools/arenactl/leaderboard/watch.h"
#include "tools/arenactl/rate/format.h"

namespace arena::arenactl {
namespace {

constexpr char kShowHelp[] =
    R"(Ratings are on the Elo scale: 400 points are odds of ten to one, the mean is 1000. Intervals are of
95 %. JSON is one line in full precision, the same bytes as `arenactl rate` makes of the exported
votes; CSV has the same numbers.

Examples:
  arenactl leaderboard show
  arenactl leaderboard show --method elo --format json
  arenactl leaderboard show --covering 4689    (waits for the snapshot that counts vote 4689))";

struct ShowOptions {
  std::string board = "overall";
  v1::RatingMethod method = v1::RATING_METHOD_BRADLEY_TERRY;
  rate::Format format = rate::Format::kTable;
  bool include_retired = false;
  int64_t covering = 0;
  int wait_seconds = 30;
  std::string rating;
};

absl::StatusOr<v1::Leaderboard> Read(const ShowOptions& options) {
  ARENA_ASSIGN_OR_RETURN(const Remote rating, Remote::Make(kRating, options.rating));
  if (options.covering > 0) {
    v1::WatchLeaderboardRequest request;
    request.set_board(options.board);
    request.set_method(options.method);
    request.set_include_retired(options.include_retired);
    return WaitForLeaderboard(rating, request, options.covering,
                              absl::Seconds(options.wait_seconds));
  }
  v1::GetLeaderboardRequest request;
  request.set_board(options.board);
  request.set_method(options.method);
  request.set_include_retired(options.include_retired);
  v1::LeaderboardService::Stub stub(rating.channel());
  v1::GetLeaderboardResponse response;
  ARENA_RETURN_IF_ERROR(
      CallOnce(rating, stub, &v1::LeaderboardService::Stub::GetLeaderboard, request, response));
  return response.leaderboard();
}

absl::Status RunShow(const ShowOptions& options) {
  ARENA_ASSIGN_OR_RETURN(const v1::Leaderboard board, Read(options));
  std::cout << rate::FormatLeaderboard(FromProto(board), options.format);
  return absl::OkStatus();
}

// An option with a fixed set of words.
template <typename Enum>
void AddChoice(CLI::App& command, const std::string& name, Enum& value, const std::string& help,
               const std::map<std::string, Enum>& choices) {
  command
      .add_option_function<std::string>(
          name, [&value, choices](const std::string& choice) { value = choices.at(choice); }, help)
      ->check(CLI::IsMember(choices).description(""))
      ->type_name("WORD");
}

}  // namespace

void AddLeaderboardCommand(CLI::App& app) {
  CLI::App* leaderboard = app.add_subcommand("leaderboard", "The published leaderboards");
  leaderboard->require_subcommand(1);
  auto options = std::make_shared<ShowOptions>();
  CLI::App* show = leaderboard->add_subcommand("show", "Prints the newest leaderboard");
  show->add_option("--board", options->board, "Which board")->capture_default_str();
  AddChoice<v1::RatingMethod>(
      *show, "--method", options->method,
      "bt, Bradley-Terry (default), or elo, online Elo with K 32",
      {{"bt", v1::RATING_METHOD_BRADLEY_TERRY}, {"elo", v1::RATING_METHOD_ELO}});
  AddChoice<rate::Format>(*show, "--format", options->format, "table (default), csv or json",
                          {{"table", rate::Format::kTable},
                           {"csv", rate::Format::kCsv},
                           {"json", rate::Format::kJson}});
  show->add_flag("--include-retired", options->include_retired, "Lists retired models too");
  show->add_option("--covering", options->covering,
                   "Waits for a leaderboard that counts the log up to this position")
      ->check(Between(0, INT64_MAX))
      ->type_name("POSITION");
  show->add_option("--wait", options->wait_seconds, "How long --covering waits at most")
      ->check(Between(1, 3600))
      ->type_name("SECONDS")
      ->capture_default_str();
  AddAddressFlag(*show, kRating, options->rating);
  show->footer(kShowHelp);
  OnRun(*show, [options] { return RunShow(*options); });
}

}  // namespace arena::arenactl
