#include "tools/arenactl/rate/command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <limits>
#include <map>
#include <memory>
#include <optional>

#include "services/rating/model/intervals/elo_bootstrap.h"
#include "tools/arenactl/rate/html_report.h"
#include "tools/arenactl/rate/read_votes.h"

namespace arena::rate {
namespace {

using rating::Gauge;
using rating::Intervals;
using rating::Method;
using rating::RankRule;
using rating::TieRule;
using rating::Weights;

bool NeedsVotes(const rating::Settings& settings) {
  return settings.style_control || settings.clustered;
}

// What is asked for and pair counts cannot say; null when they can.
const char* LacksOfPairCounts(const RateOptions& options, bool needs_order) {
  if (needs_order) return "pair counts have no order; Elo of them needs --ci bootstrap";
  if (NeedsVotes(options.settings)) return "pair counts hold neither style nor voters";
  if (!options.category.empty() && options.category != "overall") {
    return "pair counts hold neither languages nor tags; --category needs votes";
  }
  if (options.until != INT64_MAX) return "pair counts have no positions; --until needs votes";
  if (options.settings.weights == Weights::kPropensity) {
    return "pair counts hold no draw probabilities; --weights propensity needs votes";
  }
  if (options.settings.left_coefficient) {
    return "pair counts do not say who was on the left; --position needs votes";
  }
  return nullptr;
}

// Why these votes cannot be rated as asked; empty when they can.
std::string WhyNotRated(const RateOptions& options, bool needs_order, const RatingInput& input) {
  const int64_t votes = input.counts().total();
  if (votes == 0 && !options.category.empty()) {
    return "no rated vote has the tag or language " + options.category;
  }
  if (!input.is_ordered()) {
    if (const char* why = LacksOfPairCounts(options, needs_order)) return why;
  }
  const bool is_elo_bootstrap = options.settings.method == Method::kElo && !needs_order;
  if (is_elo_bootstrap && votes > rating::kMostEloBootstrapVotes) {
    return fmt::format("the bootstrap of Elo takes at most {} votes, and these are {}",
                       rating::kMostEloBootstrapVotes, votes);
  }
  return "";
}

int Fail(std::string_view message) {
  fmt::print(stderr, "arenactl rate: {}\n", message);
  return 1;
}

int Print(const std::string& text) {
  // A flush alone does not tell: what fwrite failed to write may be gone from the buffer.
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!is_written || std::fflush(stdout) != 0) return Fail("cannot write to standard output");
  return 0;
}

// One line on a terminal that says how far the work is, at most ten times a second, and nothing
// elsewhere; it is wiped out at the end.
class ProgressLine {
 public:
  ProgressLine() : is_shown_(isatty(STDERR_FILENO) != 0) {}
  ~ProgressLine() { Clear(); }

  void Show(double share) {
    const auto now = std::chrono::steady_clock::now();
    if (!is_shown_ || now - last_ < std::chrono::milliseconds(100)) return;
    last_ = now;
    fmt::print(stderr, "\rreading {:3.0f} %", 100.0 * share);
  }
  void Say(std::string_view what) {
    if (is_shown_) fmt::print(stderr, "\r\x1b[K{}", what);
  }
  void Clear() { Say(""); }

 private:
  bool is_shown_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

// MODEL=VALUE; the model may itself hold an equals sign.
std::string ParseAnchor(const std::string& text, rating::Settings& settings) {
  const size_t equals = text.rfind('=');
  if (equals == std::string::npos || equals == 0) return "expected MODEL=VALUE";
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + equals + 1, end, settings.anchor_rating);
  if (error != std::errc() || rest != end) return "expected a number after MODEL=";
  settings.anchor_model = text.substr(0, equals);
  settings.gauge = Gauge::kAnchor;
  return "";
}

constexpr uint64_t kMostSeed = std::numeric_limits<decltype(rating::Settings::seed)>::max();

// CLI11 would take -1, and all that is beyond the most, for the most.
std::string CheckSeed(const std::string& text) {
  uint64_t seed = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, seed);
  if (error == std::errc() && rest == end) return "";
  return fmt::format("expected a whole number from 0 to {}", kMostSeed);
}

template <typename Enum>
CLI::Option* AddChoice(CLI::App& app, const std::string& name, Enum& value, const std::string& help,
                       const std::map<std::string, Enum>& choices) {
  std::string names;
  for (const auto& [choice, meaning] : choices) names += (names.empty() ? "" : "|") + choice;
  return app
      .add_option_function<std::string>(
          name, [&value, choices](const std::string& choice) { value = choices.at(choice); }, help)
      ->check(CLI::IsMember(choices))
      ->type_name(names);
}

void AddSettings(CLI::App& rate, RateOptions& options) {
  rating::Settings& settings = options.settings;
  AddChoice<Method>(rate, "--method", settings.method, "How to rate; default bt",
                    {{"bt", Method::kBradleyTerry}, {"elo", Method::kElo}});
  AddChoice<Gauge>(rate, "--gauge", settings.gauge,
                   "Which mean stands at 1000: of the models that are not provisional, or of all; "
                   "default mean",
                   {{"mean", Gauge::kMean}, {"established", Gauge::kEstablished}});
  rate.add_option_function<std::string>(
          "--anchor",
          [&settings](const std::string& text) {
            const std::string why = ParseAnchor(text, settings);
            if (!why.empty()) throw CLI::ValidationError("--anchor", why);
          },
          "The model that stands at a fixed rating instead, which is any finite number")
      ->type_name("MODEL=VALUE");
  AddChoice<Intervals>(rate, "--ci", settings.intervals,
                       "Intervals; default sandwich for bt, none for elo",
                       {{"sandwich", Intervals::kSandwich},
                        {"bootstrap", Intervals::kBootstrap},
                        {"none", Intervals::kNone}})
      ->each([&options](const std::string&) { options.has_intervals = true; });
  rate.add_option("--rounds", settings.rounds, "Rounds of the bootstrap, 2 to 1,000,000")
      ->capture_default_str();
  rate.add_option("--seed", settings.seed, fmt::format("Seed of the bootstrap, 0 to {}", kMostSeed))
      ->check(CheckSeed)
      ->capture_default_str();
  AddChoice<TieRule>(rate, "--ties", settings.ties, "What a tie says; default half",
                     {{"half", TieRule::kHalf},
                      {"drop", TieRule::kDrop},
                      {"davidson", TieRule::kDavidson},
                      {"rao-kupper", TieRule::kRaoKupper}});
  AddChoice<Weights>(
      rate, "--weights", settings.weights,
      "What a vote counts: one, 1/max(n, 50) of its pair's n votes, or 1/P(draw); "
      "default none",
      {{"none", Weights::kNone}, {"pair", Weights::kPair}, {"propensity", Weights::kPropensity}});
  AddChoice<RankRule>(
      rate, "--rank", settings.rank,
      "Who is ahead: by the interval of the difference, or by the ends of intervals; "
      "default upper-bound",
      {{"upper-bound", RankRule::kUpperBound}, {"pairwise", RankRule::kPairwise}});
  rate.add_flag("--simultaneous", settings.simultaneous,
                "Intervals that hold for all models at once");
  rate.add_flag("--position", settings.left_coefficient, "Estimate what the left side is worth");
  rate.add_flag("--style-control", settings.style_control,
                "Estimate what length and markup are worth, and take it out");
  rate.add_flag("--compatible-style", settings.compatible_style,
                "Centre style features and use (A-B)/(A+B+1), as LMArena does");
  rate.add_flag("--cluster-voters", settings.clustered,
                "Take the votes of one voter as one observation of the variance");
  rate.add_option("--k", settings.k, "Elo's K, 0 (excluded) to 1,000")->capture_default_str();
  rate.add_option("--provisional", settings.provisional_votes,
                  "A model with fewer votes is marked provisional")
      ->capture_default_str();
  rate.add_option("--threads", settings.threads,
                  "Threads for the bootstrap, 1 to 256; no result depends on it")
      ->capture_default_str();
}

}  // namespace

int RunRate(const RateOptions& options) {
  rating::Settings settings = options.settings;
  if (!options.has_intervals && settings.method == Method::kElo) {
    settings.intervals = Intervals::kNone;
  }
  if (const absl::Status status = Validate(settings); !status.ok()) {
    return Fail(std::string(status.message()));
  }
  const bool needs_order =
      settings.method == Method::kElo && settings.intervals != Intervals::kBootstrap;
  ProgressLine progress;
  auto input = ReadVotes(options.path,
                         {.rules = {.include_named = options.include_named},
                          .until = options.until,
                          .category = options.category,
                          .elo_k = needs_order ? settings.k : 0.0,
                          .needs_style = settings.style_control,
                          .compatible_style = settings.compatible_style,
                          .needs_clusters = settings.clustered,
                          .needs_propensity = settings.weights == Weights::kPropensity},
                         [&progress](double share) { progress.Show(share); });
  progress.Clear();
  if (!input.ok()) return Fail(std::string(input.status().message()));
  if (const int64_t bad = input->bad_rows().count(); bad > 0) {
    fmt::print(stderr, "arenactl rate: {} bad rows{}:\n{}", bad,
               options.skip_bad ? ", skipped" : "", input->bad_rows().Describe());
    if (!options.skip_bad) return Fail("nothing rated; --skip-bad rates the other rows");
  }
  if (const std::string why = WhyNotRated(options, needs_order, *input); !why.empty()) {
    return Fail(why);
  }
  progress.Say("rating");
  const auto board =
      ComputeLeaderboard({.models = input->models(),
                          .counts = input->counts(),
                          .elo_ratings = needs_order ? &input->elo().Ratings() : nullptr,
                          .propensities = &input->propensities(),
                          .table = NeedsVotes(settings) ? &input->table() : nullptr},
                         settings);
  progress.Clear();
  if (!board.ok()) return Fail(std::string(board.status().message()));
  const std::string text = options.format ? FormatLeaderboard(*board, *options.format)
                                          : HtmlReport(*board, input->models(), input->counts());
  return Print(text);
}

void AddRateCommand(CLI::App& app) {
  CLI::App* rate = app.add_subcommand(
      "rate", "Rates votes from a file, offline: CSV, JSON lines or pair counts; gzip or plain");
  // The options live as long as the command that its callbacks belong to.
  const auto options = std::make_shared<RateOptions>();
  rate->add_option("FILE", options->path, "The votes; - for standard input")->required();
  AddSettings(*rate, *options);
  rate->add_option("--category", options->category, "Only votes with this tag or language");
  rate->add_option("--until", options->until, "Only log entries up to this position");
  rate->add_flag("--skip-bad", options->skip_bad,
                 "Leave bad rows out instead of refusing the file");
  rate->add_flag("--include-named", options->include_named,
                 "Rate votes whose models were named to the voter, too");
  AddChoice<std::optional<Format>>(*rate, "--format", options->format,
                                   "What to print; html is a report with plots; default table",
                                   {{"table", Format::kTable},
                                    {"csv", Format::kCsv},
                                    {"json", Format::kJson},
                                    {"html", std::nullopt}});
  rate->footer(
      "Examples:\n"
      "  arenactl votes export | arenactl rate -\n"
      "  arenactl rate votes.csv.gz --method elo --ci bootstrap --rounds 1000");
  rate->callback([options] {
    if (const int code = RunRate(*options); code != 0) throw CLI::RuntimeError(code);
  });
}

}  // namespace arena::rate
