#include "services/model-gateway/core/turn_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "services/model-gateway/core/errors.h"
#include "services/model-gateway/core/utf8.h"

namespace arena::model_gateway {
namespace {

bool IsBeingAnswered(const Conversation& conversation, const StoredTurn& turn, absl::Time now) {
  const auto sides = conversation.sides();
  return std::any_of(sides.begin(), sides.end(),
                     [&](Side side) { return !EndAt(turn, side, now).has_value(); });
}

bool HasFullReplies(const Conversation& conversation, const StoredTurn& turn, absl::Time now) {
  const auto sides = conversation.sides();
  return std::all_of(sides.begin(), sides.end(), [&](Side side) {
    const auto end = EndAt(turn, side, now);
    return end.has_value() && IsFullReply(*end);
  });
}

absl::StatusOr<TurnDecision> DecideRepeat(const Conversation& conversation, const StoredTurn& turn,
                                          const TurnRequest& request, absl::Time now) {
  if (turn.prompt_digest != request.prompt_digest) return RequestIdReused();
  if (IsBeingAnswered(conversation, turn, now)) return StreamElsewhere();
  return TurnDecision{.turn = turn.turn, .is_replay = true};
}

absl::Status CheckLastTurn(const Conversation& conversation, absl::Time now) {
  if (conversation.turns.empty()) return absl::OkStatus();
  // Each turn was started only after full replies to the one before.
  const StoredTurn& last = conversation.turns.back();
  if (IsBeingAnswered(conversation, last, now)) return TurnInProgress();
  if (!HasFullReplies(conversation, last, now)) return ConversationBroken();
  if (conversation.turns.size() >= limits::kTurnsPerBattle) return TooManyTurns();
  return absl::OkStatus();
}

// What Unicode calls White_Space (PropList.txt).
bool IsOnlySpace(std::string_view text) {
  constexpr std::string_view kWide[] = {"\u0085", "\u00A0", "\u1680", "\u2000", "\u2001",
                                        "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
                                        "\u2007", "\u2008", "\u2009", "\u200A", "\u2028",
                                        "\u2029", "\u202F", "\u205F", "\u3000"};
  while (!text.empty()) {
    const auto* wide =
        std::find_if(std::begin(kWide), std::end(kWide),
                     [&](std::string_view space) { return text.starts_with(space); });
    if (wide != std::end(kWide)) {
      text.remove_prefix(wide->size());
    } else if (std::string_view(" \t\n\v\f\r").find(text.front()) != std::string_view::npos) {
      text.remove_prefix(1);
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

absl::StatusOr<TurnDecision> DecideTurn(const Conversation& conversation,
                                        const TurnRequest& request, absl::Time now) {
  if (conversation.frontend != request.frontend) return BattleNotFound();
  for (const StoredTurn& turn : conversation.turns) {
    if (turn.request_id == request.request_id) {
      return DecideRepeat(conversation, turn, request, now);
    }
  }
  if (now >= conversation.expire_time) return BattleExpired();
  ARENA_RETURN_IF_ERROR(CheckLastTurn(conversation, now));
  return TurnDecision{.turn = static_cast<int>(conversation.turns.size()) + 1};
}

absl::Status CheckPrompt(std::string_view prompt) {
  if (prompt.size() > limits::kPromptBytes) {
    return BeyondLimit("kPromptBytes", FieldInvalid("prompt", fmt::format("at most {} bytes",
                                                                          limits::kPromptBytes)));
  }
  if (IsOnlySpace(prompt)) return FieldInvalid("prompt", "more than white space");
  if (!IsCleanUtf8(prompt)) return FieldInvalid("prompt", "valid UTF-8 without NUL");
  return absl::OkStatus();
}

}  // namespace arena::model_gateway
