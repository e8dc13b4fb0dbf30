#pragma once

#include <vector>

#include "common/base/random.h"
#include "services/rating/core/log/log_entry.h"
#include "services/rating/core/log/log_state.h"
#include "services/rating/core/snapshots/snapshot.h"

// Logs of votes with labels, and of what happens to them later.
namespace arena::rating::testing {

// Six models, numbered from 0 and named model-0 ….
inline constexpr int kTestModels = 6;
LogState NewState(double elo_k = 32.0);

// `votes` rated votes from position 1 on, of a few voters over a few days, and some unrated ones.
std::vector<LogEntry> RandomVotes(int votes, Random& random);

// An entry at `position` about the vote, whose labels it repeats.
LogEntry About(const LogEntry& vote, int64_t position, VoteKind kind);
LogEntry Annotation(const LogEntry& vote, int64_t position, std::string language, TagSet tags);

// Appends `count` retractions, restorations and annotations that make sense.
void AppendAmendments(std::vector<LogEntry>& log, int count, Random& random);

// Applies all; fails the test at the first that is refused.
void ApplyAll(LogState& state, const std::vector<LogEntry>& log);

// Every board is published, however few its votes.
SeriesSettings AllBoards();
std::string DigestOfSeries(Series series, const CountsView& view);

}  // namespace arena::rating::testing
