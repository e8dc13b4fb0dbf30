#include "tests/bench/support/pair_bench.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"
#include "tests/bench/support/cpu_time.h"
#include "tests/bench/support/statistics.h"

namespace arena::bench {
namespace {

// The aims of tests/bench/README.md.
constexpr double kLeastShare = 0.5;
constexpr double kMostTailRatio = 2;
constexpr double kTail = 0.99;

double PerCall(double seconds, int64_t calls) { return seconds * 1e6 / static_cast<double>(calls); }

}  // namespace

void AddPairFlags(CLI::App& app, PairOptions& options) {
  app.add_flag("--quick", options.is_quick, "A few seconds: shows that it works, measures little");
  app.add_flag("--json", options.is_json, "One JSON object a line instead of a table");
  app.add_option("--pairs", options.pairs, "Runs of echo and ours, in turns")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  app.add_option("--calls", options.calls, "Calls of each run")
      ->check(CLI::Range(100, 1'000'000))
      ->capture_default_str();
  app.add_option("--outstanding", options.outstanding, "Calls under way at the same time")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app.add_option("--connections", options.connections, "Connections of the client")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--paced-seconds", options.paced_seconds, "Length of each run at half the rate")
      ->check(CLI::Range(0.1, 60.0))
      ->capture_default_str();
  app.add_flag("--serve-echo", options.is_echo)->group("");
}

void ShortenIfQuick(PairOptions& options) {
  if (!options.is_quick) return;
  options.pairs = 1;
  options.calls = 2'000;
  options.warm_up = 500;
  options.paced_seconds = 0.3;
  options.paced_pairs = 1;
}

int64_t MostCalls(const PairOptions& options, double fastest) {
  return options.warm_up + options.pairs * options.calls +
         static_cast<int64_t>(options.paced_pairs * options.paced_seconds * fastest / 2);
}

PairBench::PairBench(const PairOptions& options, BenchDatabase& database, BenchSide echo,
                     BenchSide ours, int64_t our_calls)
    : options_(options), database_(database), echo_(echo), ours_(ours), our_calls_(our_calls) {}

absl::StatusOr<LoadResult> PairBench::RunEcho(int64_t calls, double rate) {
  const LoadOptions load{
      .first = echoed_, .calls = calls, .outstanding = options_.outstanding, .rate = rate};
  // The echo takes the same requests as ours, from the beginning again when they run out.
  echoed_ = (echoed_ + calls) % std::max<int64_t>(1, our_calls_ - calls);
  return RunLoad(echo_.target, load);
}

absl::StatusOr<LoadResult> PairBench::RunOurs(int64_t calls, double rate) {
  calls = std::min(calls, our_calls_ - made_);
  const LoadOptions load{
      .first = made_, .calls = calls, .outstanding = options_.outstanding, .rate = rate};
  made_ += calls;
  return RunLoad(ours_.target, load);
}

absl::Status PairBench::Run(const Report& report, double aim) {
  ARENA_ASSIGN_OR_RETURN(const std::string settings, database_.Describe());
  report.Note(settings);
  report.Note(fmt::format(
      "{} calls outstanding, {} connections, {} pairs of {} calls; load average {:.2f}",
      options_.outstanding, options_.connections, options_.pairs, options_.calls, LoadAverage()));
  ARENA_RETURN_IF_ERROR(RunEcho(options_.warm_up, 0).status());
  ARENA_RETURN_IF_ERROR(RunOurs(options_.warm_up, 0).status());
  ARENA_RETURN_IF_ERROR(RunPairs(report, aim));
  return RunPaced(report);
}

absl::Status PairBench::RunPairs(const Report& report, double aim) {
  std::vector<double> echo_rates;
  std::vector<double> our_rates;
  std::vector<double> shares;
  double client_seconds = 0;
  double echo_client_seconds = 0;
  double database_seconds = 0;
  const double service_before = CpuSeconds(ours_.pid);
  const double echo_before = CpuSeconds(echo_.pid);
  for (int pair = 1; pair <= options_.pairs; ++pair) {
    const double client_start = OwnCpuSeconds();
    ARENA_ASSIGN_OR_RETURN(const LoadResult echo, RunEcho(options_.calls, 0));
    echo_client_seconds += OwnCpuSeconds() - client_start;
    ARENA_ASSIGN_OR_RETURN(const double database_before, database_.CpuSeconds());
    const double client_before = OwnCpuSeconds();
    ARENA_ASSIGN_OR_RETURN(const LoadResult ours, RunOurs(options_.calls, 0));
    client_seconds += OwnCpuSeconds() - client_before;
    ARENA_ASSIGN_OR_RETURN(const double database_after, database_.CpuSeconds());
    database_seconds += database_after - database_before;
    echo_rates.push_back(echo.rate());
    our_rates.push_back(ours.rate());
    shares.push_back(ours.rate() / echo.rate());
    report.Note(fmt::format("pair {}: echo {:.0f}/s, ours {:.0f}/s, {:.3f}", pair, echo.rate(),
                            ours.rate(), shares.back()));
  }
  echo_rate_ = Median(echo_rates);
  our_rate_ = Median(our_rates);

  const int64_t calls = options_.pairs * options_.calls;
  report.Add({"echo", echo_rate_, "calls/s"});
  report.Add({"ours", our_rate_, "calls/s", aim > 0 ? std::optional(aim) : std::nullopt, true});
  report.Add({"ours as a share of the echo", Median(shares), "", kLeastShare, true});
  report.Add(
      {"processor time a call, echo", PerCall(CpuSeconds(echo_.pid) - echo_before, calls), "us"});
  report.Add({"processor time a call, service",
              PerCall(CpuSeconds(ours_.pid) - service_before, calls), "us"});
  report.Add({"processor time a call, PostgreSQL", PerCall(database_seconds, calls), "us"});
  report.Add({"processor time a call, client", PerCall(client_seconds, calls), "us"});
  report.Add(
      {"processor time a call, client of the echo", PerCall(echo_client_seconds, calls), "us"});
  return absl::OkStatus();
}

absl::Status PairBench::RunPaced(const Report& report) {
  std::vector<double> echo_tails;
  std::vector<double> our_tails;
  std::vector<double> our_middles;
  const auto calls_at = [this](double rate) {
    return static_cast<int64_t>(rate * options_.paced_seconds) + 1;
  };
  for (int pair = 1; pair <= options_.paced_pairs; ++pair) {
    ARENA_ASSIGN_OR_RETURN(const LoadResult echo,
                           RunEcho(calls_at(echo_rate_ / 2), echo_rate_ / 2));
    ARENA_ASSIGN_OR_RETURN(const LoadResult ours, RunOurs(calls_at(our_rate_ / 2), our_rate_ / 2));
    echo_tails.push_back(Percentile(echo.latencies_ms, kTail));
    our_tails.push_back(Percentile(ours.latencies_ms, kTail));
    our_middles.push_back(Percentile(ours.latencies_ms, 0.5));
    report.Note(fmt::format("paced {}: p99 of echo {:.2f} ms, of ours {:.2f} ms", pair,
                            echo_tails.back(), our_tails.back()));
  }
  report.Add({"echo at half its rate, p99", Median(echo_tails), "ms"});
  report.Add({"ours at half its rate, median", Median(our_middles), "ms"});
  report.Add({"ours at half its rate, p99", Median(our_tails), "ms"});
  report.Add({"p99, ours to echo", Median(our_tails) / Median(echo_tails), "", kMostTailRatio});
  return absl::OkStatus();
}

absl::Status AddWalFigures(const Report& report, BenchDatabase& database, const WalCounters& before,
                           int64_t calls) {
  ARENA_ASSIGN_OR_RETURN(const WalCounters after, database.Wal());
  const auto add = [&](const char* name, int64_t total) {
    report.Add({fmt::format("pg_stat_wal: {}", name), static_cast<double>(total), ""});
  };
  const auto add_per_call = [&](const char* name, int64_t total, const char* unit) {
    report.Add({fmt::format("pg_stat_wal: {} a call", name),
                static_cast<double>(total) / static_cast<double>(calls), unit});
  };
  add_per_call("bytes", after.bytes - before.bytes, "B");
  add_per_call("records", after.records - before.records, "");
  add_per_call("syncs", after.syncs - before.syncs, "");
  add("full page images", after.full_pages - before.full_pages);
  add("writes", after.writes - before.writes);
  add("syncs", after.syncs - before.syncs);
  return absl::OkStatus();
}

}  // namespace arena::bench
