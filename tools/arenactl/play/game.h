#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace arena::arenactl {

// One sitting at the arena as a value: what is shown, and what a key or an event does to it. Knows
// neither the terminal nor the servers; the caller carries out the actions that it returns.

enum class Phase {
  kCreating,   // a battle is being made
  kPrompt,     // the user types
  kStreaming,  // both models answer
  kChoosing,   // the user votes
  kVoting,     // the vote is being committed
  kRevealed,   // the names are known
};

// One side on the screen.
struct Column {
  std::string text;
  // How the side ended, in words; empty for a complete reply.
  std::string note;
  // Known after the reveal.
  std::string name;
  bool has_ended = false;
};

// What the caller shall do. Its outcome comes back by one of the On… functions.
struct MakeBattle {};
struct SendPrompt {
  std::string prompt;
};
// 0 left, 1 right, 2 tie, 3 both bad.
struct CastVote {
  int choice = 0;
};
struct Quit {};
using Action = std::variant<MakeBattle, SendPrompt, CastVote, Quit>;

// Keys that are no characters.
enum class Key { kEnter, kBackspace, kInterrupt };

class Game {
 public:
  // --- what the user does
  std::optional<Action> OnKey(Key key);
  // One UTF-8 encoded character.
  std::optional<Action> OnCharacter(std::string_view character);

  // --- what the servers say
  void OnBattleMade();
  void OnText(int side, std::string_view text);
  void OnSideEnded(int side, std::string_view note);
  void OnTurnEnded();
  void OnVoted(std::string_view left_name, std::string_view right_name, std::string_view receipt);
  // An action failed; the user may go on from where the game stands.
  void OnFailed(std::string_view why);

  // --- what is seen
  Phase phase() const { return phase_; }
  const std::array<Column, 2>& columns() const { return columns_; }
  // What the user types, and what was said last.
  const std::string& typed() const { return typed_; }
  const std::string& prompt() const { return prompt_; }
  int battle_number() const { return battle_number_; }
  // The line that says what happened or what to do.
  std::string Help() const;

 private:
  std::optional<Action> BeginBattle();

  Phase phase_ = Phase::kCreating;
  std::array<Column, 2> columns_;
  std::string typed_;
  std::string prompt_;
  std::string receipt_;
  std::string failure_;
  int battle_number_ = 0;
  bool is_revealed_ = false;
};

}  // namespace arena::arenactl
