#pragma once

#include "common/base/random.h"
#include "services/vote-ingest/core/battle_view.h"

namespace arena::vote_ingest {

inline const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

inline TurnView EndedTurn(int turn, SideEnd left = SideEnd::kComplete,
                          SideEnd right = SideEnd::kComplete) {
  return {.turn = turn,
          .deadline = kNow + absl::Minutes(5),
          .left = SideFacts{.end = left, .style = {.tokens = 10, .headers = 1}},
          .right = SideFacts{.end = right, .style = {.tokens = 20, .bold_spans = 2}},
          .language = "en",
          .tags = {"code"}};
}

// An anonymous battle of `alder` and `birch` with one ended turn, ready for a vote.
inline BattleView ReadyBattle(uint64_t seed = 1) {
  SeededRandom random(seed);
  return {.id = BattleId(Uuid::MakeVersion7(kNow - absl::Minutes(1), random)),
          .mode = BattleMode::kAnonymous,
          .frontend = "web",
          .voter_hash = "00112233445566778899aabbccddeeff",
          .expire_time = kNow + absl::Hours(1),
          .left = {ModelId{1}, "alder"},
          .right = ModelRef{ModelId{2}, "birch"},
          .pair_probability = 0.1,
          .turns = {EndedTurn(1)}};
}

}  // namespace arena::vote_ingest
