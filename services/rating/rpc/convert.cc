#include "services/rating/rpc/convert.h"

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/rating/core/answers/uncomparable.h"
#include "services/rating/model/leaderboard/pair_statistics.h"
#include "services/rating/rpc/time_convert.h"

namespace arena::rating {
namespace {

v1::SnapshotSeries ToProto(Series series) {
  switch (series) {
    case Series::kCounts:
      return v1::SNAPSHOT_SERIES_COUNTS;
    case Series::kElo:
      return v1::SNAPSHOT_SERIES_ELO;
    case Series::kStyle:
      break;
  }
  return v1::SNAPSHOT_SERIES_STYLE;
}

v1::UncomparableReason ToProto(WhyUncomparable why) {
  switch (why) {
    case WhyUncomparable::kSeparateGroup:
      return v1::UNCOMPARABLE_REASON_SEPARATE_GROUP;
    case WhyUncomparable::kOnlyWins:
      return v1::UNCOMPARABLE_REASON_ONLY_WINS;
    case WhyUncomparable::kOnlyLosses:
      return v1::UNCOMPARABLE_REASON_ONLY_LOSSES;
    case WhyUncomparable::kSingleVote:
      return v1::UNCOMPARABLE_REASON_SINGLE_VOTE;
    case WhyUncomparable::kNoCommonGroup:
      break;
  }
  return v1::UNCOMPARABLE_REASON_NO_COMMON_GROUP;
}

v1::UncomparableModels ToProto(const Uncomparable& uncomparable) {
  v1::UncomparableModels proto;
  proto.set_reason(ToProto(uncomparable.why));
  proto.set_group(uncomparable.group);
  for (const std::string& model : uncomparable.models) proto.add_models(model);
  proto.set_explanation(std::string(Explain(uncomparable.why)));
  return proto;
}

v1::Coefficient ToProto(const Coefficient& coefficient) {
  v1::Coefficient proto;
  proto.set_group(coefficient.group);
  proto.set_name(coefficient.name);
  proto.set_value(coefficient.value);
  if (coefficient.lower) proto.set_lower(*coefficient.lower);
  if (coefficient.upper) proto.set_upper(*coefficient.upper);
  return proto;
}

v1::LeaderboardRow ToProto(const LeaderboardRow& row, const ModelFacts& facts) {
  v1::LeaderboardRow proto = ToProto(row);
  proto.set_display_name(facts.display_name);
  proto.set_organization(facts.organization);
  proto.set_license(facts.license);
  return proto;
}

}  // namespace

v1::LeaderboardRow ToProto(const LeaderboardRow& row) {
  v1::LeaderboardRow proto;
  proto.set_model(row.model);
  if (row.rating) proto.set_rating(*row.rating);
  if (row.lower) proto.set_lower(*row.lower);
  if (row.upper) proto.set_upper(*row.upper);
  proto.set_rank(row.rank);
  proto.set_rank_lower(row.rank_lower);
  proto.set_rank_upper(row.rank_upper);
  proto.set_vote_count(row.votes);
  proto.set_provisional(row.is_provisional);
  proto.set_group(row.group);
  return proto;
}

v1::SnapshotInfo ToProto(const SnapshotHeader& header) {
  v1::SnapshotInfo proto;
  proto.set_snapshot_id(header.id);
  proto.set_position(header.position);
  *proto.mutable_publish_time() = ToProto(header.publish_time);
  proto.set_library_version(header.library_version);
  proto.set_digest(header.digest);
  proto.set_settings_json(header.settings);
  proto.set_series(ToProto(header.series));
  proto.set_thinned(header.is_thinned);
  return proto;
}

v1::Leaderboard ToProto(const SnapshotHeader& header, const Table& table, bool include_retired,
                        const ModelDirectory& directory, const CountsAtHand& at_hand) {
  v1::Leaderboard proto;
  *proto.mutable_snapshot() = ToProto(header);
  proto.set_board(table.board);
  proto.set_method(header.series == Series::kElo ? v1::RATING_METHOD_ELO
                                                 : v1::RATING_METHOD_BRADLEY_TERRY);
  proto.set_style_control(header.series == Series::kStyle);
  proto.set_vote_count(table.leaderboard.votes);
  proto.set_group_count(table.leaderboard.groups);
  std::vector<const LeaderboardRow*> listed;
  for (const LeaderboardRow& row : table.leaderboard.models) {
    const auto facts = directory.find(row.model);
    if (facts == directory.end() || !MayList(&facts->second, include_retired)) continue;
    *proto.add_rows() = ToProto(row, facts->second);
    listed.push_back(&row);
  }
  for (const Uncomparable& uncomparable : FindUncomparable(listed, at_hand.counts, at_hand.board)) {
    *proto.add_uncomparable() = ToProto(uncomparable);
  }
  for (const Coefficient& coefficient : table.leaderboard.coefficients) {
    *proto.add_coefficients() = ToProto(coefficient);
  }
  return proto;
}

internal::v1::WatchRatingsResponse RatingsOf(const SnapshotHeader& header, const Table& overall,
                                             const PairTable& pairs) {
  internal::v1::WatchRatingsResponse proto;
  proto.set_position(header.position);
  absl::flat_hash_map<std::string_view, const LeaderboardRow*> rows;
  for (const LeaderboardRow& row : overall.leaderboard.models) rows[row.model] = &row;
  for (const std::string& model : pairs.models) {
    internal::v1::ModelRating& rating = *proto.add_models();
    rating.set_model(model);
    const auto row = rows.find(model);
    if (row == rows.end()) continue;
    rating.set_vote_count(row->second->votes);
    if (row->second->rating) rating.set_rating(*row->second->rating);
    if (row->second->lower && row->second->upper) {
      rating.set_interval_width(*row->second->upper - *row->second->lower);
    }
  }
  for (const PairTable::Pair& pair : pairs.pairs) {
    internal::v1::PairCount& count = *proto.add_pairs();
    count.set_model_a(static_cast<int32_t>(pair.a));
    count.set_model_b(static_cast<int32_t>(pair.b));
    count.set_vote_count(pair.totals.Total());
  }
  return proto;
}

std::optional<double> PredictedWinRate(const LeaderboardRow* a, const LeaderboardRow* b) {
  if (a == nullptr || b == nullptr || !a->rating || !b->rating) return std::nullopt;
  if (a->group == 0 || a->group != b->group) return std::nullopt;
  return PredictedWinRate(*a->rating, *b->rating);
}

v1::PairStatistics ToProto(const PairTable& table, const PairTable::Pair& pair) {
  v1::PairStatistics proto;
  proto.set_model_a(table.models[pair.a]);
  proto.set_model_b(table.models[pair.b]);
  proto.set_wins_a(pair.totals.wins_a);
  proto.set_wins_b(pair.totals.wins_b);
  proto.set_ties(pair.totals.ties);
  proto.set_both_bad(pair.totals.both_bad);
  if (const auto fraction = WinFraction(pair.totals)) proto.set_win_fraction(*fraction);
  return proto;
}

}  // namespace arena::rating
