#include "services/vote-ingest/core/imported_vote.h"

#include <fmt/format.h>

#include "common/base/keyed_hash.h"

namespace arena::vote_ingest {

BattleId ImportedBattleId(std::string_view source, int64_t index) {
  // No key: an imported vote has no battle that anyone could continue. Source names hold no
  // newline.
  return BattleId(Uuid::DeriveVersion7(Uuid(), Sha256(fmt::format("{}\n{}", source, index))));
}

}  // namespace arena::vote_ingest
