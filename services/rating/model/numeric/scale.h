#pragma once

// The Elo scale: 400 points are odds of ten to one, and an average model has 1000.
namespace arena::rating {

// 400 / ln 10: points for one unit of log-odds.
inline constexpr double kPointsPerLogit = 173.71779276130073;
// ln 10 / 400.
inline constexpr double kLogitsPerPoint = 0.005756462732485115;
inline constexpr double kMeanRating = 1000.0;
// The standard normal's 97.5 % quantile: half-width of a 95 % interval in standard errors.
inline constexpr double kNormal975 = 1.959963984540054;

}  // namespace arena::rating
