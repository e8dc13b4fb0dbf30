#include "services/vote-ingest/core/vote_rules.h"

#include <algorithm>
#include <set>

#include "common/base/errors.h"
#include "services/vote-ingest/core/errors.h"

namespace arena::vote_ingest {
namespace {

// The tag that a conversation of several turns gets here, where the whole of it is in view.
constexpr char kMultiTurnTag[] = "multi_turn";

bool IsFinished(const TurnView& turn, absl::Time now) {
  return (turn.left.has_value() && turn.right.has_value()) || now >= turn.deadline;
}

bool IsFull(const std::optional<SideFacts>& side) {
  return side.has_value() && IsFullReply(side->end);
}

template <typename Predicate>
bool AnySide(const BattleView& battle, Predicate predicate) {
  return std::any_of(battle.turns.begin(), battle.turns.end(), [&](const TurnView& turn) {
    return (turn.left.has_value() && predicate(*turn.left)) ||
           (turn.right.has_value() && predicate(*turn.right));
  });
}

std::vector<UnratedReason> ReasonsNotToRate(const BattleView& battle) {
  std::vector<UnratedReason> reasons;
  if (battle.mode != BattleMode::kAnonymous) reasons.push_back(UnratedReason::kNotAnonymous);
  if (!battle.votes.empty()) reasons.push_back(UnratedReason::kAfterReveal);
  const bool all_full =
      std::all_of(battle.turns.begin(), battle.turns.end(),
                  [](const TurnView& turn) { return IsFull(turn.left) && IsFull(turn.right); });
  if (!all_full) reasons.push_back(UnratedReason::kReplyIncomplete);
  if (AnySide(battle, [](const SideFacts& side) { return side.identity_shown; })) {
    reasons.push_back(UnratedReason::kIdentityShown);
  }
  if (AnySide(battle, [](const SideFacts& side) { return side.flagged; })) {
    reasons.push_back(UnratedReason::kFlagged);
  }
  return reasons;
}

void AddStyle(StyleCounts& sum, const std::optional<SideFacts>& side) {
  if (!side.has_value()) return;
  sum.tokens += side->style.tokens;
  sum.headers += side->style.headers;
  sum.list_items += side->style.list_items;
  sum.bold_spans += side->style.bold_spans;
}

NewVote MakeVote(const BattleView& battle, const Ballot& ballot) {
  NewVote vote{.battle_id = battle.id,
               .turn = ballot.turn,
               .is_first = battle.votes.empty(),
               .frontend = battle.frontend,
               .left = battle.left,
               .right = *battle.right,
               .choice = ballot.choice,
               .reasons = ReasonsNotToRate(battle),
               .language = battle.turns.front().language,
               .draw_probability = battle.draw_number == 1 ? battle.pair_probability : 0,
               .voter_hash = battle.voter_hash};
  std::set<std::string> tags;
  for (const TurnView& turn : battle.turns) {
    tags.insert(turn.tags.begin(), turn.tags.end());
    AddStyle(vote.style_left, turn.left);
    AddStyle(vote.style_right, turn.right);
  }
  if (battle.turns.size() > 1) tags.insert(kMultiTurnTag);
  vote.tags.assign(tags.begin(), tags.end());
  return vote;
}

absl::Status CheckTurn(const BattleView& battle, int turn, absl::Time now) {
  if (!battle.right.has_value()) return NothingToCompare();
  if (now >= battle.expire_time) return BattleExpired();
  if (battle.turns.empty() || turn > battle.turns.back().turn) return TurnUnknown();
  if (turn < battle.turns.back().turn) return TurnNotLast();
  if (!IsFinished(battle.turns.back(), now)) return TurnUnfinished();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Decision> Decide(const BattleView& battle, const Ballot& ballot, absl::Time now) {
  if (battle.frontend != ballot.frontend) return BattleNotFound();
  const auto earlier = std::find_if(battle.votes.begin(), battle.votes.end(),
                                    [&](const CastVote& vote) { return vote.turn == ballot.turn; });
  if (earlier != battle.votes.end()) {
    if (earlier->choice != ballot.choice) return AlreadyVoted(earlier->position);
    return Receipt{.position = earlier->position,
                   .reasons = earlier->reasons,
                   .left_name = battle.left.name,
                   .right_name = battle.right->name,
                   .is_replay = true};
  }
  if (const absl::Status refused = CheckTurn(battle, ballot.turn, now); !refused.ok())
    return refused;
  return MakeVote(battle, ballot);
}

}  // namespace arena::vote_ingest
