#include "tools/arenactl/leaderboard/command.h"

#include "tools/arenactl/leaderboard/categories.h"
#include "tools/arenactl/leaderboard/history.h"
#include "tools/arenactl/leaderboard/show.h"
#include "tools/arenactl/leaderboard/snapshots.h"
#include "tools/arenactl/leaderboard/verify/verify.h"

namespace arena::arenactl {

void AddLeaderboardCommand(CLI::App& app) {
  CLI::App* leaderboard = app.add_subcommand("leaderboard", "The published leaderboards");
  leaderboard->require_subcommand(1);
  AddShowCommand(*leaderboard);
  AddCategoriesCommand(*leaderboard);
  AddHistoryCommand(*leaderboard);
  AddSnapshotsCommand(*leaderboard);
  AddVerifyCommand(*leaderboard);
}

}  // namespace arena::arenactl
