#include "tools/arenactl/play/command.h"

#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "common/base/status_macros.h"
#include "tools/arenactl/client.h"
#include "tools/arenactl/command.h"
#include "tools/arenactl/play/battle_client.h"
#include "tools/arenactl/play/game.h"
#include "tools/arenactl/play/layout.h"
#include "tools/arenactl/play/screen.h"

namespace arena::arenactl {
namespace {

struct PlayOptions {
  std::string matchmaker;
  std::string model_gateway;
  std::string vote_ingest;
};

absl::StatusOr<BattleClient::Servers> Connect(const PlayOptions& options) {
  ARENA_ASSIGN_OR_RETURN(Remote matchmaker, Remote::Make(kMatchmaker, options.matchmaker));
  ARENA_ASSIGN_OR_RETURN(Remote model_gateway, Remote::Make(kModelGateway, options.model_gateway));
  ARENA_ASSIGN_OR_RETURN(Remote vote_ingest, Remote::Make(kVoteIngest, options.vote_ingest));
  return BattleClient::Servers{std::move(matchmaker), std::move(model_gateway),
                               std::move(vote_ingest)};
}

std::optional<Action> OnPress(Game& game, const Screen::Press& press) {
  if (const Key* key = std::get_if<Key>(&press)) return game.OnKey(*key);
  return game.OnCharacter(std::get<std::string>(press));
}

absl::Status Play(const PlayOptions& options) {
  ARENA_ASSIGN_OR_RETURN(BattleClient::Servers servers, Connect(options));
  ARENA_ASSIGN_OR_RETURN(const std::unique_ptr<Screen> screen, Screen::Open());
  BattleClient client(std::move(servers));
  Game game;
  client.Begin(MakeBattle{});
  while (true) {
    for (const BattleClient::Change& change : client.TakeChanges()) change(game);
    screen->Show(LayOut(game, screen->width(), screen->height()));
    const auto press = screen->ReadPress();
    if (!press.has_value()) continue;
    auto action = OnPress(game, *press);
    if (!action.has_value()) continue;
    if (std::holds_alternative<Quit>(*action)) return absl::OkStatus();
    client.Begin(*std::move(action));
  }
}

}  // namespace

void AddPlayCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "play", "Plays battles in the terminal: type, watch two replies, vote, see the names");
  const auto options = std::make_shared<PlayOptions>();
  AddAddressFlag(*command, kMatchmaker, options->matchmaker);
  AddAddressFlag(*command, kModelGateway, options->model_gateway);
  AddAddressFlag(*command, kVoteIngest, options->vote_ingest);
  command->footer(
      "Narrow terminals show the replies one above the other. Ctrl-C leaves at any time.");
  OnRun(*command, [options] { return Play(*options); });
}

}  // namespace arena::arenactl
