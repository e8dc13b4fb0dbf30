#include "tools/arenactl/leaderboard/from_proto.h"

#include <gtest/gtest.h>

#include "services/rating/model/leaderboard/canonical_json.h"
#include "services/rating/model/leaderboard/leaderboard.h"
#include "tests/support/seed.h"

namespace arena::arenactl {
namespace {

// What the service does to a leaderboard on its way out.
v1::Leaderboard Served(const rating::Leaderboard& board) {
  v1::Leaderboard served;
  served.set_method(board.method == rating::Method::kElo ? v1::RATING_METHOD_ELO
                                                         : v1::RATING_METHOD_BRADLEY_TERRY);
  served.set_vote_count(board.votes);
  served.set_group_count(board.groups);
  for (const rating::LeaderboardRow& row : board.models) {
    v1::LeaderboardRow& out = *served.add_rows();
    out.set_model(row.model);
    if (row.rating) out.set_rating(*row.rating);
    if (row.lower) out.set_lower(*row.lower);
    if (row.upper) out.set_upper(*row.upper);
    out.set_rank(row.rank);
    out.set_rank_lower(row.rank_lower);
    out.set_rank_upper(row.rank_upper);
    out.set_vote_count(row.votes);
    out.set_provisional(row.is_provisional);
    out.set_group(row.group);
  }
  for (const rating::Coefficient& coefficient : board.coefficients) {
    v1::Coefficient& out = *served.add_coefficients();
    out.set_group(coefficient.group);
    out.set_name(coefficient.name);
    out.set_value(coefficient.value);
    if (coefficient.lower) out.set_lower(*coefficient.lower);
    if (coefficient.upper) out.set_upper(*coefficient.upper);
  }
  return served;
}

rating::Leaderboard Board(rating::Method method) {
  rating::ModelIndex models;
  rating::PairCounts counts;
  rating::EloHistory elo;
  // Three that compare, and one that always wins and so cannot be rated.
  const std::tuple<const char*, const char*, rating::Outcome> votes[] = {
      {"a", "b", rating::Outcome::kLeft}, {"b", "a", rating::Outcome::kLeft},
      {"b", "c", rating::Outcome::kTie},  {"a", "b", rating::Outcome::kLeft},
      {"d", "c", rating::Outcome::kLeft}, {"c", "a", rating::Outcome::kBothBad},
  };
  int64_t position = 0;
  for (const auto& [left, right, outcome] : votes) {
    const uint32_t l = *models.Intern(left);
    const uint32_t r = *models.Intern(right);
    counts.Add(l, r, outcome);
    elo.Append(++position, l, r, outcome);
  }
  const auto settings = method == rating::Method::kElo ? rating::EloSettings() : rating::Settings();
  auto board = ComputeLeaderboard({models, counts, &elo.Ratings()}, settings);
  EXPECT_TRUE(board.ok()) << board.status();
  return *std::move(board);
}

TEST(FromProtoTest, AServedLeaderboardPrintsTheBytesOfTheComputedOne) {
  for (const auto method : {rating::Method::kBradleyTerry, rating::Method::kElo}) {
    const rating::Leaderboard board = Board(method);
    ASSERT_EQ(board.models.size(), 4u);
    EXPECT_EQ(CanonicalJson(FromProto(Served(board))), CanonicalJson(board));
  }
}

TEST(FromProtoTest, CoefficientsOfStyleArePrintedToo) {
  rating::Leaderboard board = Board(rating::Method::kBradleyTerry);
  board.coefficients = {
      {.group = 1, .name = "tokens", .value = 0.25, .lower = 0.1, .upper = 0.4},
      {.group = 2, .name = "headers", .value = -1.0 / 3, .lower = {}, .upper = {}}};
  EXPECT_EQ(CanonicalJson(FromProto(Served(board))), CanonicalJson(board));
}

}  // namespace
}  // namespace arena::arenactl
