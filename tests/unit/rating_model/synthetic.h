#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/rating/model/intervals/rounds.h"
#include "services/rating/model/leaderboard/leaderboard.h"
#include "tests/unit/rating_model/oracle.h"

namespace arena::rating::testing {

struct TestVote {
  std::string left;
  std::string right;
  Outcome outcome = Outcome::kTie;
};

// Votes between models "m00", "m01", … whose log-strengths fall evenly over `spread`; about 30 %
// ties of both kinds; low numbers are drawn more often.
struct SyntheticOptions {
  uint32_t models = 10;
  int votes = 1000;
  double spread = 2.0;
};
std::vector<TestVote> SyntheticVotes(const SyntheticOptions& options, uint64_t seed);
double TrueStrength(const SyntheticOptions& options, uint32_t model);

// Votes summed up as a service does.
struct Board {
  ModelIndex models;
  PairCounts counts;
  EloHistory elo;

  void Add(const TestVote& vote, int64_t amount = 1);
  Leaderboard Compute(const Settings& settings);
};
Board BoardOf(const std::vector<TestVote>& votes);

// Models numbered by name, as the oracle wants them.
std::vector<OracleVote> ForOracle(const std::vector<TestVote>& votes);

const LeaderboardRow& RowOf(const Leaderboard& leaderboard, const std::string& model);

}  // namespace arena::rating::testing
