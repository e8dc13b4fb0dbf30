#pragma once

#include <optional>

#include "arena/internal/v1/ratings_service.pb.h"
#include "arena/v1/leaderboard_service.pb.h"
#include "services/rating/core/answers/model_directory.h"
#include "services/rating/core/answers/pair_table.h"
#include "services/rating/core/log/counts_view.h"
#include "services/rating/core/snapshots/snapshot.h"

// From our values to messages; nothing is decided here but what a reader may see.
namespace arena::rating {

v1::SnapshotInfo ToProto(const SnapshotHeader& header);

// What tells why a model is not rated: the newest counts, or null, and the board's place in them.
struct CountsAtHand {
  const CountsView* counts = nullptr;
  size_t board = 0;
};

// A table of a snapshot, in its order and with its exact numbers, without the models that may not
// be listed.
v1::Leaderboard ToProto(const SnapshotHeader& header, const Table& table, bool include_retired,
                        const ModelDirectory& directory, const CountsAtHand& at_hand);

// Without what is known of the model beside its name.
v1::LeaderboardRow ToProto(const LeaderboardRow& row);

// What the matchmaker sees: the ratings of a snapshot's table, and the pairs of counts.
internal::v1::WatchRatingsResponse RatingsOf(const SnapshotHeader& header, const Table& overall,
                                             const PairTable& pairs);

// Probability that `a` is preferred to `b`; nothing when the two do not compare.
std::optional<double> PredictedWinRate(const LeaderboardRow* a, const LeaderboardRow* b);

v1::PairStatistics ToProto(const PairTable& table, const PairTable::Pair& pair);

}  // namespace arena::rating
