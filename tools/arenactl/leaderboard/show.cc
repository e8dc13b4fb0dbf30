#include "tools/arenactl/leaderboard/show.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

#include "arena/v1/leaderboard_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "tools/arenactl/client.h"
#include "tools/arenactl/command.h"
#include "tools/arenactl/leaderboard/as_of.h"
#include "tools/arenactl/leaderboard/board_errors.h"
#include "tools/arenactl/leaderboard/choice.h"
#include "tools/arenactl/leaderboard/from_proto.h"
#include "tools/arenactl/leaderboard/published_as.h"
#include "tools/arenactl/leaderboard/snapshot_calls.h"
#include "tools/arenactl/leaderboard/watch.h"

namespace arena::arenactl {
namespace {

constexpr char kShowHelp[] =
    R"(Ratings are on the Elo scale: 400 points are odds of ten to one, the mean is 1000. Intervals are of
95 %. JSON is one line in full precision: for overall, and every --method, the bytes that
`arenactl rate` makes of the exported votes. 'leaderboard verify' checks every board. CSV has the
same numbers.

--as-of takes a snapshot's number (see 'leaderboard snapshots'), position:NUMBER or
time:2026-11-29T12:00:00Z: the newest snapshot that is kept, at or before. Standard error says which
one it is. For an exact position, 'arenactl rate --until' computes it from the log.

Examples:
  arenactl leaderboard show
  arenactl leaderboard show --category coding --style-control
  arenactl leaderboard show --method elo --format json
  arenactl leaderboard show --as-of time:2026-11-29T12:00:00Z
  arenactl leaderboard show --covering 4689    (waits for the snapshot that counts vote 4689))";

struct ShowOptions {
  std::string board = "overall";
  v1::RatingMethod method = v1::RATING_METHOD_BRADLEY_TERRY;
  bool style_control = false;
  rate::Format format = rate::Format::kTable;
  bool include_retired = false;
  std::string as_of;
  int64_t until = 0;
  int64_t covering = 0;
  int wait_seconds = 30;
  ExpectedSettings expected;
  std::string rating;
};

// What GetLeaderboard and WatchLeaderboard both ask.
template <typename Request>
Request RequestOf(const ShowOptions& options) {
  Request request;
  request.set_board(options.board);
  request.set_method(options.method);
  request.set_style_control(options.style_control);
  request.set_include_retired(options.include_retired);
  return request;
}

absl::StatusOr<AsOf> AsOfOf(const ShowOptions& options) {
  if (options.until > 0) return AsOf{.kind = AsOf::Kind::kPosition, .number = options.until};
  if (options.as_of.empty()) return AsOf();
  return ParseAsOf(options.as_of);
}

absl::StatusOr<v1::Leaderboard> Read(const ShowOptions& options) {
  ARENA_ASSIGN_OR_RETURN(const AsOf as_of, AsOfOf(options));
  ARENA_ASSIGN_OR_RETURN(const Remote rating, Remote::Make(kRating, options.rating));
  if (options.covering > 0) {
    return WaitForLeaderboard(rating, RequestOf<v1::WatchLeaderboardRequest>(options),
                              options.covering, absl::Seconds(options.wait_seconds));
  }
  auto request = RequestOf<v1::GetLeaderboardRequest>(options);
  SetAsOf(as_of, request);
  v1::LeaderboardService::Stub stub(rating.channel());
  v1::GetLeaderboardResponse response;
  ARENA_RETURN_IF_ERROR(
      CallOnce(rating, stub, &v1::LeaderboardService::Stub::GetLeaderboard, request, response));
  const v1::SnapshotInfo& snapshot = response.leaderboard().snapshot();
  if (as_of.kind != AsOf::Kind::kNow) {
    fmt::print(stderr, "As of snapshot {}, which covers position {}, published {}.\n",
               snapshot.snapshot_id(), snapshot.position(), TextOf(snapshot.publish_time()));
  }
  return response.leaderboard();
}

absl::Status RunShow(const ShowOptions& options) {
  const absl::StatusOr<v1::Leaderboard> board = Read(options);
  if (!board.ok()) return WithBoards(board.status());
  ARENA_RETURN_IF_ERROR(CheckPublishedAs(options.expected, board->snapshot().settings_json()));
  std::cout << rate::FormatLeaderboard(FromProto(*board), options.format);
  return absl::OkStatus();
}

}  // namespace

void AddShowCommand(CLI::App& leaderboard) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App* show =
      leaderboard.add_subcommand("show", "Prints a leaderboard, the newest by default");
  AddBoard(*show, options->board);
  AddMethod(*show, options->method, options->style_control);
  AddFormat(*show, options->format);
  show->add_flag("--include-retired", options->include_retired, "Lists retired models too");
  CLI::Option* as_of =
      show->add_option("--as-of", options->as_of, "The leaderboard of the past")->type_name("WHEN");
  CLI::Option* until =
      show->add_option("--until", options->until, "The same as --as-of position:POSITION")
          ->check(Between(1, INT64_MAX))
          ->type_name("POSITION")
          ->excludes(as_of);
  show->add_option("--covering", options->covering,
                   "Waits for a leaderboard that counts the log up to this position")
      ->check(Between(0, INT64_MAX))
      ->type_name("POSITION")
      ->excludes(as_of)
      ->excludes(until);
  show->add_option("--wait", options->wait_seconds, "How long --covering waits at most")
      ->check(Between(1, 3600))
      ->type_name("SECONDS")
      ->capture_default_str();
  AddExpectedSettings(*show, options->expected);
  AddAddressFlag(*show, kRating, options->rating);
  show->footer(kShowHelp);
  OnRun(*show, [options] { return RunShow(*options); });
}

}  // namespace arena::arenactl
