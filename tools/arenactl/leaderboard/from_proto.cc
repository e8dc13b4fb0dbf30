#include "tools/arenactl/leaderboard/from_proto.h"

namespace arena::arenactl {
namespace {

rating::LeaderboardRow FromProto(const v1::LeaderboardRow& row) {
  rating::LeaderboardRow result;
  result.model = row.model();
  if (row.has_rating()) result.rating = row.rating();
  if (row.has_lower()) result.lower = row.lower();
  if (row.has_upper()) result.upper = row.upper();
  result.rank = row.rank();
  result.rank_lower = row.rank_lower();
  result.rank_upper = row.rank_upper();
  result.votes = row.vote_count();
  result.is_provisional = row.provisional();
  result.group = row.group();
  return result;
}

rating::Coefficient FromProto(const v1::Coefficient& coefficient) {
  rating::Coefficient result;
  result.group = coefficient.group();
  result.name = coefficient.name();
  result.value = coefficient.value();
  if (coefficient.has_lower()) result.lower = coefficient.lower();
  if (coefficient.has_upper()) result.upper = coefficient.upper();
  return result;
}

}  // namespace

rating::Leaderboard FromProto(const v1::Leaderboard& served) {
  rating::Leaderboard result;
  result.method = served.method() == v1::RATING_METHOD_ELO ? rating::Method::kElo
                                                           : rating::Method::kBradleyTerry;
  result.votes = served.vote_count();
  result.groups = served.group_count();
  for (const v1::LeaderboardRow& row : served.rows()) result.models.push_back(FromProto(row));
  for (const v1::Coefficient& coefficient : served.coefficients()) {
    result.coefficients.push_back(FromProto(coefficient));
  }
  return result;
}

}  // namespace arena::arenactl
