#include "services/rating/model/leaderboard/leaderboard.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "common/base/status_macros.h"
#include "services/rating/model/intervals/elo_bootstrap.h"
#include "services/rating/model/intervals/rank.h"
#include "services/rating/model/leaderboard/group_fit.h"
#include "services/rating/model/numeric/scale.h"
#include "services/rating/model/votes/components.h"
#include "services/rating/model/votes/pair_terms.h"

namespace arena::rating {
namespace {

// The models of a board by name, with their votes; rows of the result stand in the same order.
struct Entrants {
  std::vector<uint32_t> models;
  std::vector<LeaderboardRow> rows;
};

Entrants EntrantsOf(const BoardVotes& votes, const Settings& settings) {
  Entrants entrants;
  const std::vector<int64_t>& votes_by_model = votes.counts.VotesByModel();
  for (const uint32_t model : votes.models.ByName()) {
    const int64_t count = model < votes_by_model.size() ? votes_by_model[model] : 0;
    if (count == 0) continue;
    entrants.models.push_back(model);
    entrants.rows.push_back({.model = votes.models.Name(model),
                             .votes = count,
                             .is_provisional = count < settings.provisional_votes});
  }
  return entrants;
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

// θ of a group as ratings; a model that no bootstrap round could rate has no interval.
void SetRows(const Group& group, std::span<const uint32_t> members, const GroupFit& fit,
             const Settings& settings, std::vector<LeaderboardRow>& rows) {
  const double zero = GaugeRating(members, rows, settings);
  const auto rating = [zero](double theta) { return zero + kPointsPerLogit * theta; };
  for (size_t k = 0; k < group.models.size(); ++k) {
    LeaderboardRow& row = rows[members[k]];
    row.rating = rating(fit.theta[k]);
    if (!fit.lower.empty() && !std::isnan(fit.lower[k])) {
      row.lower = rating(fit.lower[k]);
      row.upper = rating(fit.upper[k]);
    }
    row.rank = fit.ranks[k].rank;
    row.rank_lower = fit.ranks[k].best;
    row.rank_upper = fit.ranks[k].worst;
  }
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

// Whether fits ask for the counts behind the terms: to draw from, or for what a vote of a pair
// weighs.
bool NeedsCells(const Settings& settings) {
  return settings.intervals == Intervals::kBootstrap || settings.weights == Weights::kPair;
}

absl::Status RateBradleyTerry(const BoardVotes& votes, const Settings& settings, Entrants& entrants,
                              Leaderboard& board) {
  const auto size = static_cast<uint32_t>(entrants.models.size());
  std::vector<PairCells> cells;
  std::vector<PairTerm> terms;
  if (settings.weights == Weights::kPropensity) {
    if (votes.propensities == nullptr) {
      return absl::InvalidArgumentError("propensity weights need the draws' probabilities");
    }
    terms = votes.propensities->Terms(entrants.models, settings.ties);
  } else {
    cells = CellsOf(votes.counts, entrants.models, settings.ties, settings.weights);
    terms = TermsOf(cells);
    if (!NeedsCells(settings)) cells = std::vector<PairCells>();
  }
  const auto groups = RatedGroups(terms, entrants.rows);
  for (const auto& members : groups) {
    // Most boards have one group, whose pairs are all of them: megabytes that need no copy.
    const bool is_last = &members == &groups.back();
    Group group{.cells = Within(members, size, is_last ? std::move(cells) : cells),
                .terms = Within(members, size, is_last ? std::move(terms) : terms),
                .gauge = GaugeOf(members, entrants.rows, settings)};
    for (const uint32_t m : members) group.models.push_back(entrants.models[m]);
    auto fit = FitGroup(group, votes, settings);
    // A small group may not determine the coefficients; it is not rated, and the others are.
    if (absl::IsFailedPrecondition(fit.status()) && board.groups > 0) continue;
    ARENA_RETURN_IF_ERROR(fit.status());
    ++board.groups;
    for (const uint32_t m : members) entrants.rows[m].group = board.groups;
    SetRows(group, members, *fit, settings, entrants.rows);
    for (Coefficient& coefficient : fit->coefficients) {
      coefficient.group = board.groups;
      board.coefficients.push_back(std::move(coefficient));
    }
  }
  return absl::OkStatus();
}

// Moves all ratings alike, so that the anchor stands where it should.
void ShiftToAnchor(const Settings& settings, std::vector<LeaderboardRow>& rows) {
  if (settings.gauge != Gauge::kAnchor) return;
  const auto anchor = std::ranges::find(rows, settings.anchor_model, &LeaderboardRow::model);
  if (anchor == rows.end()) return;
  const double shift = settings.anchor_rating - *anchor->rating;
  for (LeaderboardRow& row : rows) {
    *row.rating += shift;
    if (row.lower) *row.lower += shift;
    if (row.upper) *row.upper += shift;
  }
}

// All models that have a vote are on one Elo scale, since all start at the same rating.
absl::Status RateElo(const BoardVotes& votes, const Settings& settings, Entrants& entrants,
                     Leaderboard& board) {
  std::vector<LeaderboardRow>& rows = entrants.rows;
  if (settings.intervals == Intervals::kNone && votes.elo_ratings == nullptr) {
    return absl::InvalidArgumentError(
        "votes without an order have no online Elo; ask for bootstrap intervals");
  }
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
  } else {
    for (size_t m = 0; m < rows.size(); ++m) {
      rows[m].rating = (*votes.elo_ratings)[entrants.models[m]];
    }
  }
  ShiftToAnchor(settings, rows);
  std::vector<double> lower, upper;
  for (const LeaderboardRow& row : rows) {
    lower.push_back(row.lower.value_or(*row.rating));
    upper.push_back(row.upper.value_or(*row.rating));
  }
  const auto ranks = RanksByIntervals(lower, upper);
  for (size_t m = 0; m < rows.size(); ++m) {
    rows[m].group = 1;
    rows[m].rank = ranks[m].rank;
    rows[m].rank_lower = ranks[m].best;
    rows[m].rank_upper = ranks[m].worst;
  }
  board.groups = rows.empty() ? 0 : 1;
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
    ARENA_RETURN_IF_ERROR(RateElo(votes, settings, entrants, board));
  } else {
    ARENA_RETURN_IF_ERROR(RateBradleyTerry(votes, settings, entrants, board));
  }
  ARENA_RETURN_IF_ERROR(CheckAnchor(settings, entrants.rows));
  SortForReading(entrants.rows);
  board.models = std::move(entrants.rows);
  return board;
}

}  // namespace arena::rating
