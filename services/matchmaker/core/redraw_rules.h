#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/random.h"
#include "common/domain/battle.h"
#include "services/matchmaker/core/battle.h"
#include "services/matchmaker/core/catalog.h"
#include "services/matchmaker/core/draw.h"

namespace arena::matchmaker {

// The draw that answers a request to redraw.
struct Redraw {
  Draw draw;
  // Whether it is still to be stored; otherwise only its number and models are set.
  bool is_new = false;
};

// Draws another model for `side`, whose model failed by draw `draw_number`: uniform among those
// that can be drawn, have what the battle requires and were in no draw of it before. A side that
// was redrawn after `draw_number` gets that redraw again. FIELD_INVALID for a draw that was never
// made; REDRAW_NOT_POSSIBLE when the battle is not anonymous, the side of turn one has ended, a
// later turn was started, somebody voted, the time of turn one is over at `now`, or the side's
// redraw has failed too; NOT_ENOUGH_MODELS when nobody is left.
absl::StatusOr<Redraw> DecideRedraw(const StoredBattle& battle, Side side, int draw_number,
                                    const Catalog& catalog, absl::Time now, Random& random);

}  // namespace arena::matchmaker
