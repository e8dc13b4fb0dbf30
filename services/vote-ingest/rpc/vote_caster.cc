#include "services/vote-ingest/rpc/vote_caster.h"

#include <numeric>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_set.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"

namespace arena::vote_ingest {
namespace {

// Each round answers at least one ballot of every battle in the group; a battle that keeps losing
// races to other groups for this long is told to come again.
constexpr int kRounds = 64;

}  // namespace

absl::StatusOr<std::vector<absl::StatusOr<Receipt>>> VoteCaster::Cast(
    absl::Span<const Ballot> ballots) {
  Results results(ballots.size(), RaceLost("the vote kept losing to other groups"));
  std::vector<size_t> open(ballots.size());
  std::iota(open.begin(), open.end(), size_t{0});
  // Nearly all battles have no vote yet, so the first round does not look for any: a claim that is
  // taken tells.
  bool with_votes = false;
  for (int round = 0; round < kRounds && !open.empty(); ++round) {
    ARENA_ASSIGN_OR_RETURN(open, CastOnce(ballots, open, with_votes, results));
    with_votes = true;
  }
  return results;
}

absl::StatusOr<std::vector<size_t>> VoteCaster::CastOnce(absl::Span<const Ballot> ballots,
                                                         const std::vector<size_t>& open,
                                                         bool with_votes, Results& results) {
  std::vector<BattleId> ids;
  for (const size_t i : open) ids.push_back(ballots[i].battle_id);
  ARENA_ASSIGN_OR_RETURN(const auto battles, store_.LoadBattles(ids, with_votes));

  const absl::Time now = clock_.Now();
  std::vector<NewVote> votes;
  std::vector<size_t> voters;  // voters[k] is the ballot of votes[k]
  std::vector<size_t> again;
  absl::flat_hash_set<BattleId> taken;  // one vote a battle and round
  for (size_t k = 0; k < open.size(); ++k) {
    const size_t i = open[k];
    if (!battles[k].has_value()) {
      results[i] = BattleNotFound();
      continue;
    }
    absl::StatusOr<Decision> decision = Decide(*battles[k], ballots[i], now);
    if (!decision.ok()) {
      // A refusal without the votes in view may hide a repeat of an accepted vote.
      if (with_votes) {
        results[i] = decision.status();
      } else {
        again.push_back(i);
      }
    } else if (Receipt* receipt = std::get_if<Receipt>(&*decision)) {
      results[i] = std::move(*receipt);
    } else if (!taken.insert(ballots[i].battle_id).second) {
      again.push_back(i);
    } else {
      votes.push_back(std::get<NewVote>(*std::move(decision)));
      voters.push_back(i);
    }
  }
  if (votes.empty()) return again;

  ARENA_ASSIGN_OR_RETURN(const auto appended, store_.Append(votes));
  for (size_t k = 0; k < votes.size(); ++k) {
    if (!appended[k].has_value()) {
      again.push_back(voters[k]);
      continue;
    }
    if (appended[k]->is_beyond_cap) votes[k].reasons = {UnratedReason::kFrequentPrompt};
    results[voters[k]] = Receipt{.position = appended[k]->position,
                                 .reasons = votes[k].reasons,
                                 .left_name = votes[k].left.name,
                                 .right_name = votes[k].right.name};
  }
  return again;
}

}  // namespace arena::vote_ingest
