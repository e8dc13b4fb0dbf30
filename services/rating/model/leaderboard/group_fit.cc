#include "services/rating/model/leaderboard/group_fit.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "common/base/status_macros.h"
#include "services/rating/model/fit/bradley_terry.h"
#include "services/rating/model/fit/side_likelihood.h"
#include "services/rating/model/fit/tie_likelihood.h"
#include "services/rating/model/fit/vote_likelihood.h"
#include "services/rating/model/intervals/bt_bootstrap.h"
#include "services/rating/model/intervals/covariance.h"
#include "services/rating/model/intervals/differences.h"
#include "services/rating/model/intervals/rounds.h"
#include "services/rating/model/numeric/scale.h"

namespace arena::rating {
namespace {

void MeasureFromGauge(std::vector<double>& theta, std::span<const double> gauge) {
  double level = 0;
  for (size_t k = 0; k < gauge.size(); ++k) level += gauge[k] * theta[k];
  for (size_t k = 0; k < gauge.size(); ++k) theta[k] -= level;
}

// `half_width` standard errors to both sides.
void SetIntervals(std::span<const double> variances, double half_width, GroupFit& fit) {
  for (size_t m = 0; m < fit.theta.size(); ++m) {
    const double reach = half_width * std::sqrt(variances[m]);
    fit.lower.push_back(fit.theta[m] - reach);
    fit.upper.push_back(fit.theta[m] + reach);
  }
}

void SetRanksByIntervals(GroupFit& fit) {
  fit.ranks = fit.lower.empty() ? RanksByIntervals(fit.theta, fit.theta)
                                : RanksByIntervals(fit.lower, fit.upper);
}

// Intervals and ranks from a full covariance of the strengths in the gauge.
absl::Status SetFromCovariance(const Matrix& covariance, std::span<const double> gauge,
                               const Settings& settings, GroupFit& fit) {
  std::vector<double> variances;
  for (size_t m = 0; m < fit.theta.size(); ++m) {
    variances.push_back(std::max(0.0, covariance(m, m)));
  }
  double half_width = kNormal975;
  if (settings.simultaneous) {
    const auto quantile = SimultaneousQuantile(covariance, gauge);
    if (!quantile) return absl::FailedPreconditionError("the covariance has no full rank");
    half_width = *quantile;
  }
  SetIntervals(variances, half_width, fit);
  if (settings.rank == RankRule::kPairwise) {
    fit.ranks = RanksByDifferences(fit.theta, covariance, kNormal975);
  } else {
    SetRanksByIntervals(fit);
  }
  return absl::OkStatus();
}

absl::Status AddSandwich(const Group& group, const Settings& settings, GroupFit& fit) {
  const Sandwich sandwich(static_cast<uint32_t>(group.models.size()), group.terms, fit.theta);
  if (!sandwich.is_valid()) return absl::InternalError("the information matrix is singular");
  if (settings.simultaneous || settings.rank == RankRule::kPairwise) {
    return SetFromCovariance(sandwich.Covariance(group.gauge), group.gauge, settings, fit);
  }
  SetIntervals(sandwich.Variances(group.gauge), kNormal975, fit);
  SetRanksByIntervals(fit);
  return absl::OkStatus();
}

void AddBootstrap(const Group& group, const BradleyTerryFit& maximum, const Settings& settings,
                  GroupFit& fit) {
  const size_t models = group.models.size();
  const BradleyTerryBootstrap bootstrap(static_cast<uint32_t>(models), group.cells, maximum,
                                        group.gauge);
  const std::vector<double> rounds = bootstrap.Run(
      {.rounds = settings.rounds, .seed = settings.seed, .threads = settings.threads});
  for (size_t m = 0; m < models; ++m) {
    std::vector<double> of_model;
    for (size_t r = m; r < rounds.size(); r += models) of_model.push_back(rounds[r]);
    const RoundSummary summary = Summarize(std::move(of_model));
    fit.lower.push_back(summary.lower);
    fit.upper.push_back(summary.upper);
  }
  SetRanksByIntervals(fit);
}

absl::StatusOr<GroupFit> FitPlain(const Group& group, const Settings& settings) {
  ARENA_ASSIGN_OR_RETURN(const BradleyTerryFit maximum,
                         FitBradleyTerry(static_cast<uint32_t>(group.models.size()), group.terms));
  GroupFit fit{.theta = maximum.theta};
  MeasureFromGauge(fit.theta, group.gauge);
  switch (settings.intervals) {
    case Intervals::kNone:
      SetRanksByIntervals(fit);
      return fit;
    case Intervals::kSandwich:
      ARENA_RETURN_IF_ERROR(AddSandwich(group, settings, fit));
      return fit;
    case Intervals::kBootstrap:
      AddBootstrap(group, maximum, settings, fit);
      return fit;
  }
  return fit;
}

absl::StatusOr<GroupFit> FitWithCoefficients(const Group& group, const Likelihood& likelihood,
                                             std::span<const char* const> names,
                                             const Settings& settings) {
  ARENA_ASSIGN_OR_RETURN(const LikelihoodFit maximum, MaximizeLikelihood(likelihood));
  const size_t models = group.models.size();
  const auto& parameters = maximum.parameters;
  GroupFit fit;
  fit.theta.assign(parameters.begin(), parameters.begin() + static_cast<std::ptrdiff_t>(models));
  MeasureFromGauge(fit.theta, group.gauge);
  for (size_t k = 0; k < names.size(); ++k) {
    fit.coefficients.push_back({.name = names[k], .value = parameters[models + k]});
  }
  if (settings.intervals == Intervals::kNone) {
    SetRanksByIntervals(fit);
    return fit;
  }
  ARENA_ASSIGN_OR_RETURN(const Matrix covariance, SandwichOf(likelihood, parameters, group.gauge));
  for (size_t k = 0; k < names.size(); ++k) {
    const double variance = std::max(0.0, covariance(models + k, models + k));
    Coefficient& coefficient = fit.coefficients[k];
    coefficient.lower = coefficient.value - kNormal975 * std::sqrt(variance);
    coefficient.upper = coefficient.value + kNormal975 * std::sqrt(variance);
  }
  Matrix strengths(models);
  for (size_t i = 0; i < models; ++i) {
    for (size_t j = 0; j < models; ++j) strengths(i, j) = covariance(i, j);
  }
  ARENA_RETURN_IF_ERROR(SetFromCovariance(strengths, group.gauge, settings, fit));
  return fit;
}

absl::StatusOr<GroupFit> FitSide(const Group& group, const BoardVotes& votes,
                                 const Settings& settings) {
  const SideLikelihood likelihood(votes.counts, group.models, settings.ties, settings.weights);
  constexpr const char* kNames[] = {kFeatureNames[0]};
  return FitWithCoefficients(group, likelihood, std::span(kNames).first(likelihood.coefficients()),
                             settings);
}

absl::Status CheckColumns(const BoardVotes& votes, const Settings& settings) {
  if (votes.table == nullptr) {
    return absl::InvalidArgumentError("style control and clusters need the votes one by one");
  }
  const VoteColumns& columns = votes.table->columns();
  if ((settings.style_control && !columns.has_style) ||
      (settings.clustered && !columns.has_cluster) ||
      (settings.weights == Weights::kPropensity && !columns.has_weight)) {
    return absl::InvalidArgumentError("the votes lack a column that the settings need");
  }
  return absl::OkStatus();
}

absl::StatusOr<GroupFit> FitVotes(const Group& group, const BoardVotes& votes,
                                  const Settings& settings) {
  ARENA_RETURN_IF_ERROR(CheckColumns(votes, settings));
  const VoteLikelihood likelihood({.table = *votes.table,
                                   .board = votes.board,
                                   .models = group.models,
                                   .ties = settings.ties,
                                   .weights = settings.weights,
                                   .terms = group.terms,
                                   .cells = group.cells},
                                  {.left_coefficient = settings.left_coefficient,
                                   .style_control = settings.style_control,
                                   .is_centred = settings.compatible_style,
                                   .is_clustered = settings.clustered});
  std::vector<const char*> names;
  for (const size_t feature : likelihood.active()) names.push_back(kFeatureNames[feature]);
  return FitWithCoefficients(group, likelihood, names, settings);
}

// Without ties, or with nothing else, a tie model says no more than half ties do.
bool HasTiesAndDecisions(std::span<const PairTerm> terms) {
  return std::ranges::any_of(terms, [](const PairTerm& t) { return t.ties > 0; }) &&
         std::ranges::any_of(terms, [](const PairTerm& t) { return t.wins + t.losses > 0; });
}

}  // namespace

absl::StatusOr<GroupFit> FitGroup(const Group& group, const BoardVotes& votes,
                                  const Settings& settings) {
  if (settings.style_control || settings.clustered) return FitVotes(group, votes, settings);
  if (settings.left_coefficient) return FitSide(group, votes, settings);
  const bool has_tie_model =
      settings.ties == TieRule::kDavidson || settings.ties == TieRule::kRaoKupper;
  if (has_tie_model && HasTiesAndDecisions(group.terms)) {
    const TieLikelihood likelihood(static_cast<uint32_t>(group.models.size()), group.terms,
                                   settings.ties);
    constexpr const char* kNames[] = {"tie"};
    return FitWithCoefficients(group, likelihood, kNames, settings);
  }
  return FitPlain(group, settings);
}

}  // namespace arena::rating
