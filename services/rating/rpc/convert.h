#pragma once

#include <optional>

#include "arena/internal/v1/ratings_service.pb.h"
#include "arena/v1/leaderboard_service.pb.h"
#include "services/rating/core/model_directory.h"
#include "services/rating/core/snapshot.h"

// From our values to messages; nothing is decided here but what a reader may see.
namespace arena::rating {

v1::SnapshotInfo ToProto(const SnapshotHeader& header);

// One leaderboard of a snapshot, in the order and with the exact numbers of its table, without the
// models that may not be listed.
struct LeaderboardQuery {
  v1::RatingMethod method = v1::RATING_METHOD_BRADLEY_TERRY;
  bool include_retired = false;

  friend auto operator<=>(const LeaderboardQuery&, const LeaderboardQuery&) = default;
};
v1::Leaderboard ToProto(const SnapshotHeader& header, const BoardTables& tables,
                        const LeaderboardQuery& query, const ModelDirectory& directory);

internal::v1::WatchRatingsResponse RatingsOf(const SnapshotHeader& header,
                                             const BoardTables& tables);

// Probability that `a` is preferred to `b`; nothing when the two do not compare.
std::optional<double> PredictedWinRate(const LeaderboardRow* a, const LeaderboardRow* b);

v1::PairStatistics ToProto(const PairTable& table, const PairTable::Pair& pair);

}  // namespace arena::rating
