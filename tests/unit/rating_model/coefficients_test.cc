#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "services/rating/model/leaderboard/canonical_json.h"
#include "services/rating/model/numeric/scale.h"
#include "tests/support/seed.h"
#include "tests/unit/rating_model/synthetic.h"

// Style, side, clusters and weights: against the vote-by-vote oracle.
namespace arena::rating {
namespace {

using testing::Board;
using testing::OracleVote;
using testing::RowOf;
using testing::TestVote;

struct StyledVote {
  TestVote vote;
  StyleVector style{};
  float weight = 1;
  uint32_t voter = 0;
};

// Style and voter are independent of strength; longer answers win a little more often.
std::vector<StyledVote> StyledVotes(int count, uint64_t seed) {
  const auto plain = testing::SyntheticVotes({.models = 9, .votes = count}, seed);
  RoundRandom random(seed, 7);
  std::vector<StyledVote> votes;
  for (const TestVote& vote : plain) {
    StyledVote styled{.vote = vote};
    for (float& feature : styled.style) {
      feature = static_cast<float>(2 * random.Uniform() - 1);
    }
    if (random.Uniform() < 0.2 * styled.style[0]) styled.vote.outcome = Outcome::kLeft;
    styled.weight = static_cast<float>(1 + 3 * random.Uniform());
    styled.voter = static_cast<uint32_t>(random.Below(static_cast<uint64_t>(count) / 5));
    votes.push_back(styled);
  }
  return votes;
}

struct StyledBoard {
  Board board;
  VoteTable table{{.has_style = true, .has_weight = true, .has_cluster = true}};
  PropensitySums propensities;
};

StyledBoard BoardOf(const std::vector<StyledVote>& votes) {
  StyledBoard styled;
  for (const StyledVote& v : votes) {
    styled.board.Add(v.vote);
    const uint32_t left = *styled.board.models.Find(v.vote.left);
    const uint32_t right = *styled.board.models.Find(v.vote.right);
    styled.table.Append({.position = styled.board.counts.total(),
                         .left = left,
                         .right = right,
                         .outcome = v.vote.outcome,
                         .style = v.style,
                         .weight = v.weight,
                         .cluster = v.voter});
    styled.propensities.Add(left, right, v.vote.outcome, 1.0 / double{v.weight});
  }
  return styled;
}

absl::StatusOr<Leaderboard> Compute(const StyledBoard& styled, const Settings& settings) {
  return ComputeLeaderboard({.models = styled.board.models,
                             .counts = styled.board.counts,
                             .propensities = &styled.propensities,
                             .table = &styled.table},
                            settings);
}

// The oracle's votes with the features of the settings, standardized in long double.
std::vector<OracleVote> ForOracle(const std::vector<StyledVote>& votes, const Settings& settings) {
  std::vector<TestVote> plain;
  for (const StyledVote& v : votes) plain.push_back(v.vote);
  std::vector<OracleVote> result = testing::ForOracle(plain);
  std::map<std::pair<uint32_t, uint32_t>, long double> votes_of_pair;
  for (const OracleVote& v : result) ++votes_of_pair[std::minmax(v.left, v.right)];
  for (size_t v = 0; v < votes.size(); ++v) {
    result[v].cluster = votes[v].voter;
    if (settings.weights == Weights::kPropensity) {
      result[v].weight = static_cast<long double>(votes[v].weight);
    }
    if (settings.weights == Weights::kPair) {
      const long double met = votes_of_pair[std::minmax(result[v].left, result[v].right)];
      result[v].weight = 1.0L / std::max(met, 50.0L);
    }
    if (settings.left_coefficient) result[v].features.push_back(1.0L);
  }
  for (size_t k = 0; settings.style_control && k < kStyleFeatures; ++k) {
    long double sum = 0, squares = 0;
    for (const StyledVote& v : votes) {
      const long double x = v.style[k];
      sum += x;
      squares += x * x;
    }
    const auto n = static_cast<long double>(votes.size());
    const long double deviation = std::sqrt(squares / n - sum / n * sum / n);
    const long double shift = settings.compatible_style ? sum / n : 0.0L;
    for (size_t v = 0; v < votes.size(); ++v) {
      result[v].features.push_back((votes[v].style[k] - shift) / deviation);
    }
  }
  return result;
}

void ExpectOracle(const Settings& settings, uint64_t seed) {
  const auto votes = StyledVotes(700, seed);
  const StyledBoard styled = BoardOf(votes);
  const auto leaderboard = Compute(styled, settings);
  ASSERT_TRUE(leaderboard.ok()) << leaderboard.status();
  const uint32_t models = styled.board.models.size();
  const auto truth =
      testing::FitByOracle(models, ForOracle(votes, settings),
                           std::vector<long double>(models, 1.0L / models), settings.clustered);
  const auto by_name = styled.board.models.ByName();
  for (uint32_t m = 0; m < models; ++m) {
    const LeaderboardRow& row = RowOf(*leaderboard, styled.board.models.Name(by_name[m]));
    EXPECT_NEAR((*row.rating - kMeanRating) * kLogitsPerPoint,
                static_cast<double>(truth.parameters[m]), 1e-9);
    EXPECT_NEAR((*row.upper - *row.rating) * kLogitsPerPoint / kNormal975,
                static_cast<double>(std::sqrt(truth.covariance[m][m])), 1e-9);
  }
  ASSERT_EQ(leaderboard->coefficients.size(), truth.parameters.size() - models);
  for (size_t k = 0; k < leaderboard->coefficients.size(); ++k) {
    const Coefficient& coefficient = leaderboard->coefficients[k];
    EXPECT_NEAR(coefficient.value, static_cast<double>(truth.parameters[models + k]), 1e-9);
    EXPECT_NEAR((*coefficient.upper - coefficient.value) / kNormal975,
                static_cast<double>(std::sqrt(truth.covariance[models + k][models + k])), 1e-9);
  }
}

TEST(CoefficientsTest, StyleAgreesWithTheOracle) {
  ExpectOracle({.style_control = true}, arena::testing::TestSeed());
}

TEST(CoefficientsTest, CentredStyleAgreesWithTheOracle) {
  ExpectOracle({.style_control = true, .compatible_style = true}, arena::testing::TestSeed() + 6);
}

TEST(CoefficientsTest, PairWeightsOfStyleAgreeWithTheOracle) {
  ExpectOracle({.weights = Weights::kPair, .style_control = true}, arena::testing::TestSeed() + 7);
}

TEST(CoefficientsTest, SideAgreesWithTheOracle) {
  ExpectOracle({.left_coefficient = true}, arena::testing::TestSeed() + 1);
}

TEST(CoefficientsTest, StyleAndSideAndClustersAgreeWithTheOracle) {
  ExpectOracle({.left_coefficient = true, .style_control = true, .clustered = true},
               arena::testing::TestSeed() + 2);
}

TEST(CoefficientsTest, ClustersAloneAgreeWithTheOracle) {
  ExpectOracle({.clustered = true}, arena::testing::TestSeed() + 3);
}

TEST(CoefficientsTest, PropensityWeightsOfCountsAndOfVotesAgreeWithTheOracle) {
  ExpectOracle({.weights = Weights::kPropensity}, arena::testing::TestSeed() + 4);
  ExpectOracle({.weights = Weights::kPropensity, .style_control = true},
               arena::testing::TestSeed() + 5);
}

TEST(CoefficientsTest, AnyOrderOfVotesGivesTheSameBits) {
  auto votes = StyledVotes(3000, arena::testing::TestSeed());
  const Settings settings{.left_coefficient = true, .style_control = true, .clustered = true};
  const auto forward = Compute(BoardOf(votes), settings);
  RoundRandom random(arena::testing::TestSeed(), 3);
  for (size_t n = votes.size(); n > 1; --n) std::swap(votes[n - 1], votes[random.Below(n)]);
  const auto shuffled = Compute(BoardOf(votes), settings);
  ASSERT_TRUE(forward.ok() && shuffled.ok());
  EXPECT_EQ(CanonicalJson(*forward), CanonicalJson(*shuffled));
}

TEST(CoefficientsTest, RetractedVotesLeaveNoTrace) {
  auto votes = StyledVotes(800, arena::testing::TestSeed());
  StyledBoard styled = BoardOf(votes);
  for (size_t v = 600; v < votes.size(); ++v) {
    styled.board.Add(votes[v].vote, -1);
    ASSERT_TRUE(styled.table.Retract(static_cast<int64_t>(v) + 1));
  }
  votes.resize(600);
  const Settings settings{.style_control = true};
  const auto after = Compute(styled, settings);
  const auto scratch = Compute(BoardOf(votes), settings);
  ASSERT_TRUE(after.ok() && scratch.ok());
  EXPECT_EQ(CanonicalJson(*after), CanonicalJson(*scratch));
}

TEST(CoefficientsTest, LeftAndRightExchangedEverywhereGiveTheSameBits) {
  auto votes = StyledVotes(800, arena::testing::TestSeed());
  const Settings settings{.style_control = true};
  const auto before = Compute(BoardOf(votes), settings);
  for (StyledVote& v : votes) {
    std::swap(v.vote.left, v.vote.right);
    v.vote.outcome = Mirrored(v.vote.outcome);
    for (float& feature : v.style) feature = -feature;
  }
  const auto after = Compute(BoardOf(votes), settings);
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_EQ(CanonicalJson(*before), CanonicalJson(*after));
}

TEST(CoefficientsTest, OneTableServesManyBoards) {
  const auto votes = StyledVotes(3000, arena::testing::TestSeed());
  const auto board_of = [](size_t v) { return size_t{v % 3 != 0}; };
  StyledBoard all = BoardOf(votes);
  VoteTable table({.has_style = true, .has_boards = true});
  std::vector<StyledVote> of_board[2];
  for (size_t v = 0; v < votes.size(); ++v) {
    table.Append({.position = static_cast<int64_t>(v) + 1,
                  .left = *all.board.models.Find(votes[v].vote.left),
                  .right = *all.board.models.Find(votes[v].vote.right),
                  .outcome = votes[v].vote.outcome,
                  .style = votes[v].style,
                  .boards = uint64_t{1} << (2 + board_of(v))});
    of_board[board_of(v)].push_back(votes[v]);
  }
  for (size_t b = 0; b < 2; ++b) {
    const StyledBoard alone = BoardOf(of_board[b]);
    // The board's counts, with the indices of the table.
    PairCounts counts;
    for (const StyledVote& v : of_board[b]) {
      counts.Add(*all.board.models.Find(v.vote.left), *all.board.models.Find(v.vote.right),
                 v.vote.outcome);
    }
    const Settings settings{.style_control = true};
    const auto expected = Compute(alone, settings);
    const auto found = ComputeLeaderboard(
        {.models = all.board.models, .counts = counts, .table = &table, .board = 2 + b}, settings);
    ASSERT_TRUE(expected.ok() && found.ok());
    EXPECT_EQ(CanonicalJson(*found), CanonicalJson(*expected)) << b;
  }
}

TEST(CoefficientsTest, ATableWithoutTheColumnsIsRefused) {
  const StyledBoard styled = BoardOf(StyledVotes(100, 1));
  const VoteTable plain;
  for (const Settings& settings : {Settings{.style_control = true}, Settings{.clustered = true}}) {
    EXPECT_EQ(ComputeLeaderboard(
                  {.models = styled.board.models, .counts = styled.board.counts, .table = &plain},
                  settings)
                  .status()
                  .code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST(CoefficientsTest, FindsWhatTheSideIsWorth) {
  RoundRandom random(arena::testing::TestSeed(), 0);
  Board board;
  for (int n = 0; n < 40'000; ++n) {
    const bool a_is_left = random.Uniform() < 0.5;
    // The left side is worth 0.4 logits; both models are alike.
    const bool left_wins = random.Uniform() < 1.0 / (1.0 + std::exp(-0.4));
    board.Add({a_is_left ? "a" : "b", a_is_left ? "b" : "a",
               left_wins ? Outcome::kLeft : Outcome::kRight});
  }
  const Leaderboard leaderboard = board.Compute({.left_coefficient = true});
  ASSERT_EQ(leaderboard.coefficients.size(), 1u);
  EXPECT_EQ(leaderboard.coefficients[0].name, "left");
  EXPECT_NEAR(leaderboard.coefficients[0].value, 0.4, 0.06);
  EXPECT_NEAR(*RowOf(leaderboard, "a").rating, 1000.0, 8.0);
}

TEST(CoefficientsTest, AFeatureWithoutVarianceHasNoCoefficient) {
  auto votes = StyledVotes(500, arena::testing::TestSeed());
  for (StyledVote& vote : votes) vote.style[2] = vote.style[3] = 0;
  const auto leaderboard = Compute(BoardOf(votes), {.style_control = true});
  ASSERT_TRUE(leaderboard.ok());
  ASSERT_EQ(leaderboard->coefficients.size(), 2u);
  EXPECT_EQ(leaderboard->coefficients[1].name, "headers");
}

TEST(CoefficientsTest, StyleThatDecidesEverythingIsRefusedAndDoesNotDiverge) {
  auto votes = StyledVotes(400, arena::testing::TestSeed());
  for (StyledVote& v : votes) {
    v.vote.outcome = v.style[0] > 0 ? Outcome::kLeft : Outcome::kRight;
  }
  EXPECT_EQ(Compute(BoardOf(votes), {.style_control = true}).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(CoefficientsTest, StyleWithoutVotesIsRefused) {
  Board board = testing::BoardOf(testing::SyntheticVotes({}, 1));
  EXPECT_EQ(
      ComputeLeaderboard({board.models, board.counts}, {.style_control = true}).status().code(),
      absl::StatusCode::kInvalidArgument);
}

TEST(StyleDifferenceTest, IsAShareOfTheSumAndZeroForNothing) {
  const auto plain = StyleDifference({30, 0, 2, 0}, {10, 0, 0, 4}, false);
  EXPECT_EQ(plain, (std::array<float, 4>{0.5f, 0.0f, 1.0f, -1.0f}));
  const auto compatible = StyleDifference({30, 0, 2, 0}, {9, 0, 0, 4}, true);
  EXPECT_EQ(compatible, (std::array<float, 4>{21.0f / 40, 0.0f, 2.0f / 3, -4.0f / 5}));
}

}  // namespace
}  // namespace arena::rating
