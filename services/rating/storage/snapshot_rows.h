#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string_view>
#include <vector>

#include "services/rating/core/snapshots/snapshot.h"

// What every reader of arena.leaderboard_snapshots shares.
namespace arena::rating {

// The columns that HeaderOf reads, in its order.
inline constexpr char kHeaderColumns[] =
    "snapshot_id, series, position, settings, library_version, digest, "
    "(extract(epoch from publish_time) * 1000000)::bigint as publish_micros, is_thinned";
// The same without the settings, which are the longest part by far.
inline constexpr char kShortHeaderColumns[] =
    "snapshot_id, series, position, '' as settings, library_version, digest, "
    "(extract(epoch from publish_time) * 1000000)::bigint as publish_micros, is_thinned";

SnapshotHeader HeaderOf(const pqxx::row& row);

// The tables of a snapshot in the order of its digest.
std::vector<EncodedTable> ReadTables(pqxx::transaction_base& transaction, int64_t snapshot_id);

}  // namespace arena::rating
