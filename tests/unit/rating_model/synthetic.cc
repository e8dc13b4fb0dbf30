#include "tests/unit/rating_model/synthetic.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

namespace arena::rating::testing {
namespace {

std::string NameOf(uint32_t model) {
  return {'m', static_cast<char>('0' + model / 10), static_cast<char>('0' + model % 10)};
}

}  // namespace

double TrueStrength(const SyntheticOptions& options, uint32_t model) {
  return options.spread * (0.5 - static_cast<double>(model) / (options.models - 1));
}

std::vector<TestVote> SyntheticVotes(const SyntheticOptions& options, uint64_t seed) {
  RoundRandom random(seed, 0);
  // The square of a uniform number prefers small ones.
  const auto draw = [&] {
    const double u = random.Uniform();
    return static_cast<uint32_t>(u * u * options.models);
  };
  std::vector<TestVote> votes;
  while (votes.size() < static_cast<size_t>(options.votes)) {
    const uint32_t left = draw();
    const uint32_t right = draw();
    if (left == right) continue;
    const double d = TrueStrength(options, left) - TrueStrength(options, right);
    const double p = 1.0 / (1.0 + std::exp(-d));
    // Half a win to each in a tie keeps E[score] = p as long as wins and losses give up alike.
    const double tie = std::min({0.3, 2 * p, 2 * (1 - p)});
    const double u = random.Uniform();
    Outcome outcome = Outcome::kRight;
    if (u < tie) {
      outcome = u < tie / 2 ? Outcome::kTie : Outcome::kBothBad;
    } else if (u < tie / 2 + p) {
      outcome = Outcome::kLeft;
    }
    votes.push_back({NameOf(left), NameOf(right), outcome});
  }
  return votes;
}

void Board::Add(const TestVote& vote, int64_t amount) {
  const uint32_t left = models.Intern(vote.left).value();
  const uint32_t right = models.Intern(vote.right).value();
  counts.Add(left, right, vote.outcome, amount);
  if (amount == 1) elo.Append(static_cast<int64_t>(elo.size()) + 1, left, right, vote.outcome);
}

Leaderboard Board::Compute(const Settings& settings) {
  const auto result = ComputeLeaderboard({models, counts, &elo.Ratings()}, settings);
  if (!result.ok()) throw std::runtime_error(result.status().ToString());
  return *result;
}

Board BoardOf(const std::vector<TestVote>& votes) {
  Board board;
  for (const TestVote& vote : votes) board.Add(vote);
  return board;
}

std::vector<OracleVote> ForOracle(const std::vector<TestVote>& votes) {
  std::set<std::string> names;
  for (const TestVote& vote : votes) names.insert({vote.left, vote.right});
  const auto number = [&](const std::string& name) {
    return static_cast<uint32_t>(std::distance(names.begin(), names.find(name)));
  };
  std::vector<OracleVote> result;
  for (const TestVote& vote : votes) {
    const long double score = vote.outcome == Outcome::kLeft    ? 1.0L
                              : vote.outcome == Outcome::kRight ? 0.0L
                                                                : 0.5L;
    result.push_back({.left = number(vote.left), .right = number(vote.right), .score = score});
  }
  return result;
}

const LeaderboardRow& RowOf(const Leaderboard& leaderboard, const std::string& model) {
  const auto row = std::ranges::find(leaderboard.models, model, &LeaderboardRow::model);
  if (row == leaderboard.models.end()) throw std::runtime_error("no row of " + model);
  return *row;
}

}  // namespace arena::rating::testing
