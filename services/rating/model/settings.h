#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "services/rating/model/numeric/scale.h"

namespace arena::rating {

enum class Method { kBradleyTerry, kElo };
// What stays fixed while ratings move: the mean of all rated models, the mean of those past the
// provisional count, or one model.
enum class Gauge { kMean, kEstablished, kAnchor };
enum class Intervals { kNone, kSandwich, kBootstrap };
// What a tie, or a vote that found both bad, says.
enum class TieRule { kHalf, kDrop, kDavidson, kRaoKupper };
// What one vote counts: one; 1 / max(n, 50) for the n votes of its pair; or 1 / P(draw).
enum class Weights { kNone, kPair, kPropensity };
// 1 + number of models whose lower end is above this one's upper end; or 1 + number of models that
// are ahead by more than the interval of the difference.
enum class RankRule { kUpperBound, kPairwise };

// All that a leaderboard depends on besides the votes. Defaults are those of the official board; a
// snapshot carries them.
struct Settings {
  std::string board = "overall";
  // Raised when the definition of the board changes, for example of a category's rule.
  int board_version = 1;
  Method method = Method::kBradleyTerry;

  Gauge gauge = Gauge::kMean;
  // With Gauge::kAnchor: the model and where it stands.
  std::string anchor_model;
  double anchor_rating = kMeanRating;

  // Elo has no sandwich; its board has intervals only by bootstrap.
  Intervals intervals = Intervals::kSandwich;
  // Bootstrap: rounds, and the seed that each round's own is derived from.
  int rounds = 100;
  uint64_t seed = 1;

  // Elo's K.
  double k = 32.0;

  TieRule ties = TieRule::kHalf;
  Weights weights = Weights::kNone;
  RankRule rank = RankRule::kUpperBound;
  // Bands that hold for all models at once, instead of one by one.
  bool simultaneous = false;
  // One coefficient for the left side.
  bool left_coefficient = false;
  // Coefficients for length and markup.
  bool style_control = false;
  // Centre style features and use (A - B) / (A + B + 1), as LMArena does. Centring favours a side.
  bool compatible_style = false;
  // The votes of one voter taken as one observation of the variance.
  bool clustered = false;

  // A model with fewer votes is provisional.
  int64_t provisional_votes = 300;

  // How many threads may work. Never changes a bit, so the JSON below leaves it out.
  int threads = 1;
};

// The settings of the live Elo board.
Settings EloSettings();

// Whether the settings make sense together, whatever the votes.
absl::Status Validate(const Settings& settings);

// The settings as one line of canonical JSON.
std::string SettingsJson(const Settings& settings);

}  // namespace arena::rating
