#include "services/rating/rpc/counts_answers.h"

#include <string>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "services/rating/core/answers/errors.h"
#include "services/rating/core/answers/statistics_summary.h"
#include "services/rating/rpc/leaderboard_query.h"

namespace arena::rating {
namespace {

bool IsInNewest(const SnapshotHub& hub, Series series, const std::string& board) {
  const SnapshotPtr newest = hub.newest(series);
  return newest != nullptr && newest->Find(board) != nullptr;
}

}  // namespace

absl::StatusOr<v1::GetVoteStatisticsResponse> ReadVoteStatistics(
    const SnapshotHub& hub, const v1::GetVoteStatisticsRequest& request) {
  ARENA_RETURN_IF_ERROR(CheckRange("kMaxStatisticsDays", "day_count", request.day_count(), 0,
                                   limits::kMaxStatisticsDays));
  const int days = request.day_count() == 0 ? limits::kDefaultStatisticsDays : request.day_count();
  ARENA_ASSIGN_OR_RETURN(const CountsViewPtr counts, NewestCounts(hub));
  const StatisticsSummary summary =
      Summarize(counts->statistics, limits::kTopLanguages, static_cast<size_t>(days));
  v1::GetVoteStatisticsResponse response;
  response.set_position(counts->position);
  response.set_vote_count(summary.votes);
  for (const auto& [language, votes] : summary.languages) {
    v1::LanguageVotes& proto = *response.add_languages();
    if (language != "und") proto.set_language(language);
    proto.set_vote_count(votes);
  }
  response.set_other_language_vote_count(summary.other_language_votes);
  for (const auto& [day, votes] : summary.days) {
    v1::DayVotes& proto = *response.add_days();
    proto.set_day(day);
    proto.set_vote_count(votes);
  }
  v1::OutcomeVotes& outcomes = *response.mutable_outcomes();
  outcomes.set_left(counts->statistics.votes(Outcome::kLeft));
  outcomes.set_right(counts->statistics.votes(Outcome::kRight));
  outcomes.set_tie(counts->statistics.votes(Outcome::kTie));
  outcomes.set_both_bad(counts->statistics.votes(Outcome::kBothBad));
  if (summary.left_share) response.set_left_share(*summary.left_share);
  return response;
}

absl::StatusOr<v1::PredictWinRateResponse> Predict(const SnapshotHub& hub, const BoardSet& boards,
                                                   BoardMemo<BoardFit>& fits,
                                                   const v1::PredictWinRateRequest& request) {
  ARENA_ASSIGN_OR_RETURN(const std::string board, BoardOf(request.board(), boards));
  ARENA_RETURN_IF_ERROR(CheckNamed(request.model_a(), hub));
  ARENA_RETURN_IF_ERROR(CheckNamed(request.model_b(), hub));
  if (request.model_a() == request.model_b()) {
    return FieldInvalid("model_b", "another model than model_a");
  }
  ARENA_ASSIGN_OR_RETURN(const CountsViewPtr counts, NewestCounts(hub));
  ARENA_ASSIGN_OR_RETURN(const auto fit, fits.Get(*counts, *boards.Find(board), BoardFit::Of));
  const auto rate = fit->Predict(request.model_a(), request.model_b());
  if (!rate) return ModelsNotComparable(request.model_a(), request.model_b());
  v1::PredictWinRateResponse response;
  response.set_probability(rate->probability);
  response.set_lower(rate->lower);
  response.set_upper(rate->upper);
  response.set_position(counts->position);
  return response;
}

v1::ListCategoriesResponse ListBoards(const SnapshotHub& hub, const SeriesSettings& settings) {
  v1::ListCategoriesResponse response;
  const CountsViewPtr counts = hub.counts();
  if (counts != nullptr) response.set_position(counts->position);
  for (size_t board = 0; board < settings.boards.size(); ++board) {
    const BoardDefinition& definition = settings.boards.boards()[board];
    v1::Category& category = *response.add_categories();
    category.set_board(definition.name);
    category.set_version(definition.version);
    category.set_title(definition.title);
    category.set_description(definition.description);
    if (counts != nullptr) category.set_vote_count(counts->boards[board].counts->total());
    category.set_minimum_vote_count(MinimumVotes(settings, board));
    category.set_published(IsInNewest(hub, Series::kCounts, definition.name));
    category.set_style_control_published(IsInNewest(hub, Series::kStyle, definition.name));
  }
  return response;
}

}  // namespace arena::rating
