#include "services/rating/model/leaderboard.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "common/base/status_macros.h"
#include "services/rating/model/bradley_terry.h"
#include "services/rating/model/components.h"
#include "services/rating/model/covariance.h"
#include "services/rating/model/elo_bootstrap.h"
#include "services/rating/model/pair_terms.h"
#include "services/rating/model/rank.h"
#include "services/rating/model/scale.h"

namespace arena::rating {
namespace {

// The models of a board by name, with their votes; rows of the result stand in the same order.
struct Entrants {
  std::vector<uint32_t> models;
  std::vector<LeaderboardRow> rows;
};

Entrants EntrantsOf(const BoardVotes& votes, const Settings& settings) {
  Entrants entrants;
  for (const uint32_t model : votes.models.ByName()) {
    const int64_t count = votes.counts.VotesOf(model);
    if (count == 0) continue;
    entrants.models.push_back(model);
    entrants.rows.push_back({.model = votes.models.Name(model),
                             .votes = count,
                             .is_provisional = count < settings.provisional_votes});
  }
  return entrants;
}

// Ranks the rows of one group; a row without interval stands for the point at its rating.
void RankGroup(std::span<const uint32_t> group, std::vector<LeaderboardRow>& rows) {
  std::vector<double> lower, upper;
  for (const uint32_t m : group) {
    lower.push_back(rows[m].lower.value_or(*rows[m].rating));
    upper.push_back(rows[m].upper.value_or(*rows[m].rating));
  }
  const auto ranks = RanksByIntervals(lower, upper);
  for (size_t k = 0; k < group.size(); ++k) {
    LeaderboardRow& row = rows[group[k]];
    row.rank = ranks[k].rank;
    row.rank_lower = ranks[k].best;
    row.rank_upper = ranks[k].worst;
  }
}

// The weights a of the gauge Σ a_k θ_k = constant within a group: the anchor alone, or an equal
// share for each model that the mean is taken over. Without any established model that is all of
// them.
std::vector<double> GaugeOf(std::span<const uint32_t> group,
                            const std::vector<LeaderboardRow>& rows, const Settings& settings) {
  std::vector<double> gauge(group.size(), 0.0);
  const auto share_among = [&](auto counts) {
    const auto among = std::ranges::count_if(group, counts);
    for (size_t k = 0; k < group.size(); ++k) {
      if (counts(group[k])) gauge[k] = 1.0 / static_cast<double>(among);
    }
    return among > 0;
  };
  if (settings.gauge == Gauge::kAnchor &&
      share_among([&](uint32_t m) { return rows[m].model == settings.anchor_model; })) {
    return gauge;
  }
  if (settings.gauge == Gauge::kEstablished &&
      share_among([&](uint32_t m) { return !rows[m].is_provisional; })) {
    return gauge;
  }
  share_among([](uint32_t) { return true; });
  return gauge;
}

// Where the gauge stands: the anchor's rating in its group, else the mean rating.
double GaugeRating(std::span<const uint32_t> group, const std::vector<LeaderboardRow>& rows,
                   const Settings& settings) {
  const bool holds_anchor =
      settings.gauge == Gauge::kAnchor && std::ranges::any_of(group, [&](uint32_t m) {
        return rows[m].model == settings.anchor_model;
      });
  return holds_anchor ? settings.anchor_rating : kMeanRating;
}

absl::Status RateGroup(std::span<const uint32_t> group, std::span<const PairTerm> terms,
                       const Settings& settings, std::vector<LeaderboardRow>& rows) {
  const auto size = static_cast<uint32_t>(group.size());
  ARENA_ASSIGN_OR_RETURN(const BradleyTerryFit fit, FitBradleyTerry(size, terms));
  const std::vector<double> gauge = GaugeOf(group, rows, settings);
  const double zero = GaugeRating(group, rows, settings);
  double level = 0;
  for (uint32_t k = 0; k < size; ++k) level += gauge[k] * fit.theta[k];
  for (uint32_t k = 0; k < size; ++k) {
    rows[group[k]].rating = zero + kPointsPerLogit * (fit.theta[k] - level);
  }
  if (settings.intervals == Intervals::kSandwich) {
    const Sandwich sandwich(size, terms, fit.theta);
    if (!sandwich.is_valid()) return absl::InternalError("the information matrix is singular");
    const std::vector<double> variances = sandwich.Variances(gauge);
    for (uint32_t k = 0; k < size; ++k) {
      const double half_width = kNormal975 * kPointsPerLogit * std::sqrt(variances[k]);
      rows[group[k]].lower = *rows[group[k]].rating - half_width;
      rows[group[k]].upper = *rows[group[k]].rating + half_width;
    }
  }
  RankGroup(group, rows);
  return absl::OkStatus();
}

// The parts that can be rated, most votes first, then by name of their first model.
std::vector<std::vector<uint32_t>> RatedGroups(std::span<const PairTerm> terms,
                                               const std::vector<LeaderboardRow>& rows) {
  auto parts = StronglyConnectedParts(static_cast<uint32_t>(rows.size()), Edges(terms));
  std::erase_if(parts, [](const auto& part) { return part.size() < 2; });
  const auto votes_of = [&](const std::vector<uint32_t>& part) {
    int64_t votes = 0;
    for (const uint32_t m : part) votes += rows[m].votes;
    return votes;
  };
  std::ranges::sort(parts, {},
                    [&](const auto& part) { return std::tuple(-votes_of(part), part.front()); });
  return parts;
}

absl::Status RateBradleyTerry(const BoardVotes& votes, const Settings& settings, Entrants& entrants,
                              int& groups) {
  const auto size = static_cast<uint32_t>(entrants.models.size());
  const auto terms = PairTerms(votes.counts, entrants.models, settings.ties, settings.weights);
  for (const auto& group : RatedGroups(terms, entrants.rows)) {
    ++groups;
    for (const uint32_t m : group) entrants.rows[m].group = groups;
    ARENA_RETURN_IF_ERROR(
        RateGroup(group, TermsWithin(terms, group, size), settings, entrants.rows));
  }
  return absl::OkStatus();
}

// All models that have a vote are on one Elo scale, since all start at the same rating.
absl::Status RateElo(const BoardVotes& votes, const Settings& settings, Entrants& entrants,
                     int& groups) {
  std::vector<LeaderboardRow>& rows = entrants.rows;
  if (settings.intervals == Intervals::kBootstrap) {
    const auto rounds = BootstrapElo(votes.counts, entrants.models,
                                     {.k = settings.k,
                                      .rounds = settings.rounds,
                                      .seed = settings.seed,
                                      .threads = settings.threads});
    for (size_t m = 0; m < rows.size(); ++m) {
      rows[m].rating = rounds[m].median;
      rows[m].lower = rounds[m].lower;
      rows[m].upper = rounds[m].upper;
    }
  } else if (votes.elo_ratings != nullptr) {
    for (size_t m = 0; m < rows.size(); ++m) {
      rows[m].rating = (*votes.elo_ratings)[entrants.models[m]];
    }
  } else {
    return absl::InvalidArgumentError(
        "votes without an order have no online Elo; ask for bootstrap intervals");
  }
  std::vector<uint32_t> all(rows.size());
  for (uint32_t m = 0; m < all.size(); ++m) all[m] = m;
  double shift = 0;
  for (const LeaderboardRow& row : rows) {
    if (settings.gauge == Gauge::kAnchor && row.model == settings.anchor_model) {
      shift = settings.anchor_rating - *row.rating;
    }
  }
  for (LeaderboardRow& row : rows) {
    row.group = 1;
    *row.rating += shift;
    if (row.lower) *row.lower += shift;
    if (row.upper) *row.upper += shift;
  }
  groups = rows.empty() ? 0 : 1;
  RankGroup(all, rows);
  return absl::OkStatus();
}

absl::Status CheckAnchor(const Settings& settings, const std::vector<LeaderboardRow>& rows) {
  if (settings.gauge != Gauge::kAnchor) return absl::OkStatus();
  const auto anchor = std::ranges::find(rows, settings.anchor_model, &LeaderboardRow::model);
  if (anchor == rows.end()) {
    return absl::InvalidArgumentError("the anchor " + settings.anchor_model + " has no vote");
  }
  if (!anchor->rating) {
    return absl::FailedPreconditionError("the anchor " + settings.anchor_model +
                                         " cannot be rated: it has only wins or only losses");
  }
  return absl::OkStatus();
}

void SortForReading(std::vector<LeaderboardRow>& rows) {
  std::ranges::sort(rows, {}, [](const LeaderboardRow& row) {
    return std::tuple(row.group == 0, row.group, row.rank, -row.rating.value_or(0.0), row.model);
  });
}

}  // namespace

absl::StatusOr<Leaderboard> ComputeLeaderboard(const BoardVotes& votes, const Settings& settings) {
  ARENA_RETURN_IF_ERROR(Validate(settings));
  Entrants entrants = EntrantsOf(votes, settings);
  Leaderboard board{.method = settings.method, .votes = votes.counts.total()};
  if (settings.method == Method::kElo) {
    ARENA_RETURN_IF_ERROR(RateElo(votes, settings, entrants, board.groups));
  } else {
    ARENA_RETURN_IF_ERROR(RateBradleyTerry(votes, settings, entrants, board.groups));
  }
  ARENA_RETURN_IF_ERROR(CheckAnchor(settings, entrants.rows));
  SortForReading(entrants.rows);
  board.models = std::move(entrants.rows);
  return board;
}

}  // namespace arena::rating
