#include "tools/arenactl/play/game.h"

#include <fmt/format.h>

#include <utility>

#include "common/base/limits.h"

namespace arena::arenactl {
namespace {

// Where the last character of a UTF-8 text begins.
size_t LastCharacter(const std::string& text) {
  size_t begin = text.size();
  while (begin > 0 && (static_cast<unsigned char>(text[begin - 1]) & 0xc0) == 0x80) --begin;
  return begin == 0 ? 0 : begin - 1;
}

bool IsBlank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

}  // namespace

std::optional<Action> Game::OnKey(Key key) {
  if (key == Key::kInterrupt) return Quit{};
  if (phase_ == Phase::kCreating && key == Key::kEnter && !failure_.empty()) return BeginBattle();
  if (phase_ != Phase::kPrompt) return std::nullopt;
  if (key == Key::kBackspace) {
    typed_.erase(LastCharacter(typed_));
    return std::nullopt;
  }
  if (IsBlank(typed_)) return std::nullopt;
  prompt_ = std::exchange(typed_, "");
  failure_.clear();
  for (Column& column : columns_) column = {.text = "", .note = "", .name = column.name};
  phase_ = Phase::kStreaming;
  return SendPrompt{prompt_};
}

std::optional<Action> Game::OnCharacter(std::string_view character) {
  if (phase_ == Phase::kPrompt) {
    if (typed_.size() + character.size() <= limits::kPromptBytes) typed_ += character;
    return std::nullopt;
  }
  if (phase_ == Phase::kChoosing && character.size() == 1 && character[0] >= '1' &&
      character[0] <= '4') {
    phase_ = Phase::kVoting;
    return CastVote{character[0] - '1'};
  }
  if (phase_ == Phase::kRevealed) {
    if (character == "n") return BeginBattle();
    if (character == "q") return Quit{};
    if (character == "c") phase_ = Phase::kPrompt;
  }
  return std::nullopt;
}

std::optional<Action> Game::BeginBattle() {
  const int number = battle_number_;
  *this = Game();
  battle_number_ = number;
  return MakeBattle{};
}

void Game::OnBattleMade() {
  ++battle_number_;
  failure_.clear();
  phase_ = Phase::kPrompt;
}

void Game::OnText(int side, std::string_view text) {
  columns_.at(static_cast<size_t>(side)).text += text;
}

void Game::OnSideEnded(int side, std::string_view note) {
  Column& column = columns_.at(static_cast<size_t>(side));
  column.has_ended = true;
  column.note = note;
}

void Game::OnTurnEnded() { phase_ = is_revealed_ ? Phase::kRevealed : Phase::kChoosing; }

void Game::OnVoted(std::string_view left_name, std::string_view right_name,
                   std::string_view receipt) {
  columns_[0].name = left_name;
  columns_[1].name = right_name;
  receipt_ = receipt;
  is_revealed_ = true;
  failure_.clear();
  phase_ = Phase::kRevealed;
}

void Game::OnFailed(std::string_view why) {
  failure_ = why;
  if (phase_ == Phase::kVoting) phase_ = Phase::kChoosing;
  if (phase_ == Phase::kStreaming) phase_ = Phase::kPrompt;
}

std::string Game::Help() const {
  const auto with_failure = [this](std::string_view help) {
    return failure_.empty() ? std::string(help) : fmt::format("{} {}", failure_, help);
  };
  switch (phase_) {
    case Phase::kCreating:
      return failure_.empty() ? "Drawing two models …" : with_failure("[Enter] try again");
    case Phase::kPrompt:
      return with_failure("Say something to both, then Enter; Ctrl-C leaves.");
    case Phase::kStreaming:
      return "Both are answering …";
    case Phase::kChoosing:
      return with_failure("[1] left is better  [2] right is better  [3] tie  [4] both bad");
    case Phase::kVoting:
      return "Casting your vote …";
    case Phase::kRevealed:
      return fmt::format("{} [c] go on talking  [n] new battle  [q] quit", receipt_);
  }
  return "";
}

}  // namespace arena::arenactl
