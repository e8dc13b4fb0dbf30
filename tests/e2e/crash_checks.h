#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/e2e/voter_crowd.h"
#include "tests/support/arena_cluster.h"

namespace arena::testing {

// Expects, of a system that rests: the positions of the log are 1, 2, 3 … up to the head; each vote
// has its claim and each claim its vote; every acknowledged vote is in the log exactly once, as its
// receipt says; no snapshot was published twice and terms never fall; and what rating serves is
// what arenactl computes from the export, byte for byte.
void ExpectTheLogKeepsItsPromises(const ArenaCluster& cluster,
                                  const std::vector<AcknowledgedVote>& acknowledged);

// Expects that no snapshot exists twice, that later ones never have an earlier term and, within a
// series, never an earlier position.
void ExpectNothingPublishedTwice(const ArenaCluster& cluster);

// First row, first column of a query, as superuser.
int64_t QueryNumber(const ArenaCluster& cluster, const std::string& query);

// Plays battles until one is acknowledged, then waits until rating serves a leaderboard that covers
// it: the whole way works again. False when that is not so after a minute.
bool PlayThrough(const ArenaCluster& cluster, uint64_t seed, std::vector<AcknowledgedVote>& played,
                 int replica = 0);

}  // namespace arena::testing
