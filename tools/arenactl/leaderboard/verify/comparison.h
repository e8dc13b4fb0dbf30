#pragma once

#include <string>
#include <vector>

#include "services/rating/core/snapshots/snapshot.h"

namespace arena::arenactl {

// A snapshot as it is stored.
struct StoredSnapshot {
  rating::SnapshotHeader header;
  std::vector<rating::EncodedTable> tables;
};

enum class Agreement {
  // Every byte, so the digest too.
  kSameBytes,
  // Computed by another version of the rating library: no number differs by more than a billionth.
  kSameNumbers,
  kDiffers,
};

struct Comparison {
  Agreement agreement = Agreement::kSameBytes;
  // Of what differs, the first: which board, which model, and how. Empty unless kDiffers.
  std::string difference;
};

// Compares what is stored with what the log says. Bytes when this program's rating library is the
// one that computed the snapshot; numbers, model by model, when it is another.
Comparison Compare(const StoredSnapshot& stored, const std::vector<rating::TablePtr>& recomputed);

}  // namespace arena::arenactl
