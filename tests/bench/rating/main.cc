#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "services/rating/model/fit/bradley_terry.h"
#include "services/rating/model/fit/live_fit.h"
#include "services/rating/model/fit/vote_likelihood.h"
#include "services/rating/model/intervals/bt_bootstrap.h"
#include "services/rating/model/intervals/covariance.h"
#include "services/rating/model/intervals/rounds.h"
#include "services/rating/model/leaderboard/leaderboard.h"
#include "services/rating/model/votes/category_counts.h"
#include "services/rating/model/votes/elo_history.h"
#include "tests/bench/rating/measure.h"
#include "tests/bench/rating/votes.h"
#include "tests/support/scratch_folder.h"
#include "tools/arenactl/rate/read_votes.h"

// The figures of tests/bench/rating/README.md, on one core.
namespace arena::bench {
namespace {

using rating::BradleyTerryFit;
using rating::Outcome;
using rating::PairCounts;

struct BenchOptions {
  size_t votes = 1'000'000;
  uint32_t models = 100;
  int runs = 5;
  // Which figures are taken, by the names of kParts; all of them when empty.
  std::vector<std::string> parts;
};

// README.md has two aims, for 100 and for 300 models, both at a million votes.
double AimFor(const BenchOptions& options, double at_100, double at_300) {
  if (options.models == 100) return at_100;
  return options.models == 300 ? at_300 : 0;
}

class RatingBench {
 public:
  explicit RatingBench(const BenchOptions& options)
      : options_(options), votes_(MakeVotes(options.votes, options.models, 1)) {
    for (const PackedVote& vote : votes_) AddVote(vote, counts_);
    models_.resize(options.models);
    for (uint32_t m = 0; m < options.models; ++m) models_[m] = *index_.Intern(ModelName(m));
    cells_ = CellsOf(counts_, models_, rating::TieRule::kHalf, rating::Weights::kNone);
    terms_ = TermsOf(cells_);
  }

  std::vector<Figure> Run() {
    for (const Part& part : kParts) {
      const bool is_asked_for =
          options_.parts.empty() || std::ranges::count(options_.parts, part.name) > 0;
      if (is_asked_for) (this->*part.measure)();
    }
    return std::move(figures_);
  }

  static std::vector<std::string> Parts() {
    std::vector<std::string> names;
    for (const Part& part : kParts) names.emplace_back(part.name);
    return names;
  }

 private:
  struct Part {
    const char* name;
    void (RatingBench::*measure)();
  };
  static const Part kParts[6];

  static void AddVote(const PackedVote& vote, PairCounts& counts) {
    counts.Add(vote.left, vote.right, static_cast<Outcome>(vote.outcome));
  }

  void Add(std::string name, const Timing& timing, double scale, std::string unit, double aim = 0) {
    figures_.push_back(
        {std::move(name), timing.seconds * scale, std::move(unit), aim, false, timing.peak_bytes});
  }

  double PerVote() const { return 1e9 / static_cast<double>(votes_.size()); }

  void MeasureCsv() {
    const testing::ScratchFolder folder;
    const std::string path = folder.PathOf("votes.csv");
    WriteCsv(votes_, path);
    const double once = ReadOnceSeconds(path, options_.runs);
    const double lines = CountLinesSeconds(path, options_.runs);
    const Timing counting = Measure(options_.runs, [&] {
      if (!rate::ReadVotes(path, {}).ok()) throw std::runtime_error("cannot read votes");
    });
    const Timing board = Measure(options_.runs, [&] {
      const auto input = rate::ReadVotes(path, {});
      const auto result = rating::ComputeLeaderboard({input->models(), input->counts()}, {});
      if (!result.ok()) throw std::runtime_error("cannot rate");
    });
    const auto millions = static_cast<double>(votes_.size()) / 1e6;
    figures_.push_back(
        {"CSV to counts", millions / counting.seconds, "M rows/s", 40, true, counting.peak_bytes});
    Add("CSV to board with sandwich", board, 1e3, "ms");
    Add("  over reading the file once", {board.seconds / once, board.peak_bytes}, 1, "times");
    Add("  over counting its lines", {board.seconds / lines, board.peak_bytes}, 1, "times");
  }

  void MeasureCounting() {
    Add("packed log to counts",
        Measure(options_.runs,
                [&] {
                  PairCounts counts;
                  for (const PackedVote& v : votes_) AddVote(v, counts);
                }),
        PerVote(), "ns/vote", AimFor(options_, 4, 0));
    Add("packed log to 24 categories",
        Measure(options_.runs,
                [&] {
                  rating::CategoryCounts counts(24);
                  for (const PackedVote& v : votes_) {
                    counts.Add(v.left, v.right, static_cast<Outcome>(v.outcome), v.categories);
                  }
                }),
        PerVote(), "ns/vote", AimFor(options_, 15, 0));
  }

  void MeasureFits() {
    const int runs = 20 * options_.runs;
    Add("cold fit, decrement 1e-6", Measure(runs, [&] { fit_ = Fit(); }), 1e3, "ms",
        AimFor(options_, 0.4, 5));
    std::optional<rating::Sandwich> sandwich;
    const std::vector<double> gauge(options_.models, 1.0 / options_.models);
    Add("sandwich intervals",
        Measure(runs,
                [&] {
                  sandwich.emplace(options_.models, terms_, fit_.theta);
                  sandwich->Variances(gauge);
                }),
        1e3, "ms", AimFor(options_, 0.5, 8));
    MeasureRefit();
  }

  BradleyTerryFit Fit() const {
    auto fit = rating::FitBradleyTerry(options_.models, terms_);
    if (!fit.ok()) throw std::runtime_error("the fit does not converge");
    return *std::move(fit);
  }

  // Each run adds the next thousand votes to what the fit knows.
  void MeasureRefit() {
    constexpr int kRuns = 20;
    constexpr size_t kBatch = 1000;
    const auto more = MakeVotes(kRuns * kBatch, options_.models, 2);
    auto live = rating::LiveFit::Start(options_.models, terms_);
    PairCounts counts = counts_;
    rating::PairScores pairs;
    size_t next = 0;
    const auto add_batch = [&] {
      for (const size_t end = next + kBatch; next < end; ++next) AddVote(more[next], counts);
      pairs = rating::PairScores(
          TermsOf(CellsOf(counts, models_, rating::TieRule::kHalf, rating::Weights::kNone)));
    };
    const auto refit = [&] {
      if (!live->Refit(pairs).ok()) throw std::runtime_error("no refit");
    };
    Add("refit after 1,000 votes", Measure(kRuns, refit, add_batch), 1e3, "ms",
        AimFor(options_, 0.05, 0.3));
  }

  void MeasureBootstrap() {
    fit_ = Fit();
    const std::vector<double> gauge(options_.models, 1.0 / options_.models);
    Add("bootstrap, 1,000 rounds",
        Measure(3,
                [&] {
                  rating::BradleyTerryBootstrap(options_.models, cells_, fit_, gauge)
                      .Run({.rounds = 1000});
                }),
        1, "s", AimFor(options_, 0.3, 1.2));
  }

  void MeasureStyle() {
    const int64_t before = ResidentBytes();
    rating::RoundRandom random(3, 0);
    rating::VoteTable table({.has_style = true});
    int64_t position = 0;
    for (const PackedVote& vote : votes_) {
      rating::TableVote styled{.position = ++position,
                               .left = vote.left,
                               .right = vote.right,
                               .outcome = static_cast<Outcome>(vote.outcome)};
      for (float& feature : styled.style) feature = static_cast<float>(2 * random.Uniform() - 1);
      table.Append(styled);
    }
    std::optional<rating::VoteLikelihood> likelihood;
    const auto survey = [&] {
      likelihood.emplace(
          rating::VoteSelection{
              .table = table, .models = models_, .terms = terms_, .cells = cells_},
          rating::VoteLikelihood::Options{.style_control = true});
    };
    Add("style control: survey", Measure(options_.runs, survey), 1e3, "ms");
    const double scale = static_cast<double>(votes_.size()) / 1e6;
    survey();
    const auto start = likelihood->Start();
    std::vector<double> gradient;
    rating::Matrix information(likelihood->size());
    Add("style control: one pass",
        Measure(options_.runs, [&] { likelihood->Evaluate(start, gradient, information); }), 1e3,
        "ms", 20 * scale);
    Add("style control: cold fit",
        Measure(options_.runs,
                [&] {
                  survey();
                  if (!MaximizeLikelihood(*likelihood).ok()) {
                    throw std::runtime_error("no style fit");
                  }
                }),
        1e3, "ms", 90 * scale);
    const Timing board = Measure(1, [&] {
      const auto result = rating::ComputeLeaderboard(
          {.models = index_, .counts = counts_, .table = &table}, {.style_control = true});
      if (!result.ok()) throw std::runtime_error("no style board");
    });
    Add("style control: board with sandwich", board, 1e3, "ms");
    const auto votes = static_cast<double>(votes_.size());
    Add("style control: memory", {static_cast<double>(board.peak_bytes - before) / votes}, 1,
        "bytes/vote", 32);
  }

  void MeasureElo() {
    Add("online Elo",
        Measure(options_.runs,
                [&] {
                  std::vector<double> ratings(options_.models, 1000.0);
                  for (const PackedVote& v : votes_) {
                    rating::EloUpdate(ratings[v.left], ratings[v.right],
                                      static_cast<Outcome>(v.outcome), 4.0);
                  }
                  if (!(ratings[0] > 0)) throw std::runtime_error("no ratings");
                }),
        PerVote(), "ns/vote", 20);
  }

  BenchOptions options_;
  std::vector<PackedVote> votes_;
  std::vector<uint32_t> models_;
  rating::ModelIndex index_;
  PairCounts counts_;
  std::vector<rating::PairCells> cells_;
  std::vector<rating::PairTerm> terms_;
  BradleyTerryFit fit_;
  std::vector<Figure> figures_;
};

const RatingBench::Part RatingBench::kParts[] = {
    {"csv", &RatingBench::MeasureCsv},     {"counting", &RatingBench::MeasureCounting},
    {"fits", &RatingBench::MeasureFits},   {"bootstrap", &RatingBench::MeasureBootstrap},
    {"style", &RatingBench::MeasureStyle}, {"elo", &RatingBench::MeasureElo},
};

int Main(int argc, char** argv) {
  CLI::App app("Figures of the rating library on one core, medians of several runs");
  std::vector<size_t> votes = {1'000'000, 10'000'000};
  std::vector<uint32_t> models = {100, 300};
  int runs = 5;
  std::vector<std::string> parts;
  bool json = false;
  app.add_option("--votes", votes, "Numbers of votes")->capture_default_str();
  app.add_option("--models", models, "Numbers of models")->capture_default_str();
  app.add_option("--runs", runs, "Runs of each figure")->check(CLI::Range(1, 1000));
  app.add_option("--only", parts, "Parts of the figures to take, by default all")
      ->check(CLI::IsMember(RatingBench::Parts()));
  app.add_flag("--json", json, "One JSON object a line instead of a table");
  CLI11_PARSE(app, argc, argv);
  for (const size_t v : votes) {
    for (const uint32_t m : models) {
      const auto figures =
          RatingBench({.votes = v, .models = m, .runs = runs, .parts = parts}).Run();
      if (json) {
        PrintJson("rating", v, m, figures);
      } else {
        PrintTable(fmt::format("{} votes, {} models", v, m), figures);
      }
    }
  }
  return 0;
}

}  // namespace
}  // namespace arena::bench

int main(int argc, char** argv) { return arena::bench::Main(argc, argv); }
