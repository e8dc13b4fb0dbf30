#pragma once

#include <string>

#include "services/rating/model/leaderboard/leaderboard.h"

namespace arena::rate {

// A leaderboard as one HTML page that needs nothing else: the table, ratings with their intervals,
// and for the models on top matrices of votes, win fractions and predicted win rates, drawn as SVG.
// `counts` are those that the board was computed from.
std::string HtmlReport(const rating::Leaderboard& leaderboard, const rating::ModelIndex& models,
                       const rating::PairCounts& counts);

}  // namespace arena::rate
