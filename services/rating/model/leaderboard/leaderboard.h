#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/rating/model/settings.h"
#include "services/rating/model/votes/elo_history.h"
#include "services/rating/model/votes/model_index.h"
#include "services/rating/model/votes/pair_counts.h"
#include "services/rating/model/votes/propensity_sums.h"
#include "services/rating/model/votes/vote_table.h"

namespace arena::rating {

// One model. Ratings are on the Elo scale and unrounded; they compare within a group only.
struct LeaderboardRow {
  std::string model;
  // Absent when the model cannot be rated: only wins, only losses, or not both in a common group.
  std::optional<double> rating = std::nullopt;
  // Ends of the 95 % interval; absent without rating or without intervals.
  std::optional<double> lower = std::nullopt;
  std::optional<double> upper = std::nullopt;
  // 1 + number of models of the group that are ahead (Settings::rank); without intervals that are
  // rated higher. 0 when not rated.
  int rank = 0;
  // Best and worst rank that the intervals allow; 0 when not rated.
  int rank_lower = 0;
  int rank_upper = 0;
  // Votes of this model, those against models of other groups included.
  int64_t votes = 0;
  bool is_provisional = false;
  // The group within which ratings compare, from 1; 0 when not rated. Models of different groups
  // have not met in both directions, directly or through others. Group 1 has the most votes.
  int group = 0;
};

// What a fit says about the battles rather than about a model, with its 95 % interval if there are
// intervals: "left", the side; "tokens", "headers", "list_items", "bold_spans", style, per standard
// deviation; "tie", the tie model's δ. In logits.
struct Coefficient {
  int group = 0;
  std::string name;
  double value = 0;
  std::optional<double> lower = std::nullopt;
  std::optional<double> upper = std::nullopt;
};

// A leaderboard: a pure function of the votes, the settings and the library version.
struct Leaderboard {
  Method method = Method::kBradleyTerry;
  // Votes counted, every one of them once.
  int64_t votes = 0;
  // Number of groups; more than one means that not all ratings compare.
  int groups = 0;
  // By group, then rank, then rating (highest first), then name; what is not rated comes last.
  std::vector<LeaderboardRow> models = {};
  // By group; empty for a plain board.
  std::vector<Coefficient> coefficients = {};
};

// What leaderboards are computed from. Borrowed for the time of the call.
struct BoardVotes {
  const ModelIndex& models;
  const PairCounts& counts;
  // Ratings after the last vote, from EloHistory::Ratings(), for Method::kElo without bootstrap.
  const std::vector<double>* elo_ratings = nullptr;
  // For Weights::kPropensity: of the same votes as `counts`.
  const PropensitySums* propensities = nullptr;
  // For style control and clusters: those votes that have the bit of `board`, or all when the table
  // has no column of boards, are the same as `counts`.
  const VoteTable* table = nullptr;
  size_t board = 0;
};

// Computes a leaderboard over the models that have a vote. The same counts give the same bits,
// whatever the order in which votes and models came. Errors: INVALID_ARGUMENT for settings that
// contradict each other, the votes at hand or an unknown anchor; FAILED_PRECONDITION when the
// anchor cannot be rated; INTERNAL when a fit does not converge.
absl::StatusOr<Leaderboard> ComputeLeaderboard(const BoardVotes& votes, const Settings& settings);

}  // namespace arena::rating
