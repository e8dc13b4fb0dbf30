#include "services/rating/model/settings.h"

#include <cmath>

#include "services/rating/model/leaderboard/json_writer.h"

namespace arena::rating {
namespace {

const char* Name(Method method) { return method == Method::kElo ? "elo" : "bt"; }

const char* Name(Gauge gauge) {
  switch (gauge) {
    case Gauge::kMean:
      return "mean";
    case Gauge::kEstablished:
      return "established";
    case Gauge::kAnchor:
      return "anchor";
  }
  return "";
}

const char* Name(Intervals intervals) {
  switch (intervals) {
    case Intervals::kNone:
      return "none";
    case Intervals::kSandwich:
      return "sandwich";
    case Intervals::kBootstrap:
      return "bootstrap";
  }
  return "";
}

const char* Name(TieRule ties) {
  switch (ties) {
    case TieRule::kHalf:
      return "half";
    case TieRule::kDrop:
      return "drop";
    case TieRule::kDavidson:
      return "davidson";
    case TieRule::kRaoKupper:
      return "rao-kupper";
  }
  return "";
}

const char* Name(Weights weights) {
  switch (weights) {
    case Weights::kNone:
      return "none";
    case Weights::kPair:
      return "pair";
    case Weights::kPropensity:
      return "propensity";
  }
  return "";
}

const char* Name(RankRule rank) { return rank == RankRule::kPairwise ? "pairwise" : "upper-bound"; }

}  // namespace

Settings EloSettings() {
  Settings settings;
  settings.method = Method::kElo;
  settings.intervals = Intervals::kNone;
  return settings;
}

absl::Status Validate(const Settings& settings) {
  const auto refuse = [](const char* why) { return absl::InvalidArgumentError(why); };
  const bool is_elo = settings.method == Method::kElo;
  if (settings.gauge == Gauge::kAnchor && settings.anchor_model.empty()) {
    return refuse("the anchor gauge needs a model");
  }
  if (!std::isfinite(settings.anchor_rating)) return refuse("the anchor's rating is not a number");
  if (!(settings.k > 0.0 && settings.k <= 1000.0)) return refuse("K must be in (0, 1000]");
  if (settings.rounds < 2 || settings.rounds > 1'000'000) {
    return refuse("bootstrap rounds must be 2 to 1,000,000");
  }
  if (settings.threads < 1 || settings.threads > 256) return refuse("threads must be 1 to 256");
  if (is_elo && settings.intervals == Intervals::kSandwich) {
    return refuse("Elo has no sandwich intervals; ask for bootstrap or none");
  }
  if (is_elo && (settings.ties != TieRule::kHalf || settings.weights != Weights::kNone ||
                 settings.left_coefficient || settings.style_control || settings.clustered ||
                 settings.simultaneous || settings.rank == RankRule::kPairwise)) {
    return refuse("Elo knows only K, anchor and bootstrap; other options need method bt");
  }
  const bool has_tie_model =
      settings.ties == TieRule::kDavidson || settings.ties == TieRule::kRaoKupper;
  const bool needs_votes = settings.style_control || settings.clustered;
  if (has_tie_model && (settings.left_coefficient || needs_votes)) {
    return refuse("tie models go with neither position, style control nor clusters");
  }
  if (settings.compatible_style && !settings.style_control) {
    return refuse("compatible style needs style control");
  }
  if (!is_elo && settings.intervals == Intervals::kBootstrap &&
      (has_tie_model || settings.left_coefficient || needs_votes ||
       settings.weights == Weights::kPropensity)) {
    return refuse("the bootstrap resamples plain counts; use the sandwich with these options");
  }
  if (settings.intervals != Intervals::kSandwich &&
      (settings.simultaneous || settings.rank == RankRule::kPairwise)) {
    return refuse("simultaneous bands and pairwise ranks need the sandwich");
  }
  if (settings.intervals != Intervals::kSandwich && settings.clustered) {
    return refuse("clusters matter to the sandwich only");
  }
  if (settings.weights == Weights::kPropensity && settings.left_coefficient && !needs_votes) {
    return refuse("position with propensity weights needs style control or clusters, too");
  }
  return absl::OkStatus();
}

std::string SettingsJson(const Settings& settings) {
  JsonWriter json;
  json.BeginObject();
  json.Key("board").String(settings.board);
  json.Key("board_version").Integer(settings.board_version);
  json.Key("method").String(Name(settings.method));
  json.Key("gauge").String(Name(settings.gauge));
  json.Key("anchor_model").String(settings.anchor_model);
  json.Key("anchor_rating").Number(settings.anchor_rating);
  json.Key("ci").String(Name(settings.intervals));
  json.Key("rounds").Integer(settings.rounds);
  json.Key("seed").Unsigned(settings.seed);
  json.Key("k").Number(settings.k);
  json.Key("ties").String(Name(settings.ties));
  json.Key("weights").String(Name(settings.weights));
  json.Key("rank").String(Name(settings.rank));
  json.Key("simultaneous").Boolean(settings.simultaneous);
  json.Key("position").Boolean(settings.left_coefficient);
  json.Key("style_control").Boolean(settings.style_control);
  json.Key("compatible_style").Boolean(settings.compatible_style);
  json.Key("clustered").Boolean(settings.clustered);
  json.Key("provisional_votes").Integer(settings.provisional_votes);
  json.EndObject();
  return json.Take();
}

}  // namespace arena::rating
