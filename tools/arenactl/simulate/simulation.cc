#include "tools/arenactl/simulate/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/base/status_macros.h"
#include "tools/arenactl/client.h"
#include "tools/arenactl/leaderboard/watch.h"
#include "tools/arenactl/operations/health.h"
#include "tools/arenactl/simulate/voter.h"
#include "tools/arenactl/terminal.h"
#include "tools/demo-models/questions/question_bank.h"

namespace arena::arenactl {
namespace {

constexpr absl::Duration kHealthTimeout = absl::Seconds(5);
// So many failures say that something is broken; more of them say nothing new.
constexpr int64_t kMostFailures = 20;

// All replicas of one service. An error when one does not answer: a simulation that waits for a
// server that nobody started helps nobody.
absl::StatusOr<std::vector<Remote>> Connect(const ServiceName& service,
                                            const std::string& addresses) {
  std::vector<Remote> remotes;
  for (const std::string& address : SplitAddresses(addresses)) {
    ARENA_ASSIGN_OR_RETURN(Remote remote, Remote::Make(service, address));
    const std::string health = HealthOf(remote, kHealthTimeout);
    if (health != "serving") {
      return absl::UnavailableError(
          fmt::format("{} at {} is {}: start the system with './arena up', or give --{} HOST:PORT.",
                      service.name, address, health, service.name));
    }
    remotes.push_back(std::move(remote));
  }
  if (!remotes.empty()) return remotes;
  return absl::InvalidArgumentError(fmt::format("--{} needs an address.", service.name));
}

// Hands out the battles and sums up what became of them. Shared by the voters' threads.
class Ledger {
 public:
  Ledger(uint64_t seed, int64_t battles, int voters)
      : battles_(battles), bank_(seed), voters_left_(voters) {}

  // False when no further battle shall begin.
  bool Next(demo::Question& question) {
    absl::MutexLock lock(&mutex_);
    if (begun_ == battles_ || summary_.failed >= kMostFailures) return false;
    ++begun_;
    question = bank_.Next();
    return true;
  }

  void Record(const absl::StatusOr<PlayedBattle>& played) {
    absl::MutexLock lock(&mutex_);
    if (!played.ok()) {
      if (++summary_.failed == 1) summary_.first_error = std::string(played.status().message());
      return;
    }
    ++summary_.played;
    summary_.rated += played->is_rated ? 1 : 0;
    ++summary_.choices[static_cast<size_t>(played->choice - v1::CHOICE_LEFT)];
    summary_.last_position = std::max(summary_.last_position, played->position);
  }

  void Leave() {
    absl::MutexLock lock(&mutex_);
    --voters_left_;
  }

  // Shows progress until all voters have left.
  void Await(Progress& progress) {
    absl::MutexLock lock(&mutex_);
    while (
        !mutex_.AwaitWithTimeout(absl::Condition(this, &Ledger::IsOver), absl::Milliseconds(200))) {
      progress.Show(summary_.played + summary_.failed);
    }
  }

  SimulationSummary summary() const {
    absl::MutexLock lock(&mutex_);
    return summary_;
  }

 private:
  bool IsOver() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return voters_left_ == 0; }

  const int64_t battles_;
  mutable absl::Mutex mutex_;
  demo::QuestionBank bank_ ABSL_GUARDED_BY(mutex_);
  int64_t begun_ ABSL_GUARDED_BY(mutex_) = 0;
  int voters_left_ ABSL_GUARDED_BY(mutex_);
  SimulationSummary summary_ ABSL_GUARDED_BY(mutex_);
};

void PlayBattles(Voter voter, Ledger& ledger) {
  demo::Question question;
  while (ledger.Next(question)) ledger.Record(voter.Play(question));
  ledger.Leave();
}

absl::StatusOr<SimulationSummary> PlayAll(const SimulationOptions& options) {
  ARENA_ASSIGN_OR_RETURN(const auto matchmakers, Connect(kMatchmaker, options.matchmaker));
  ARENA_ASSIGN_OR_RETURN(const auto gateways, Connect(kModelGateway, options.model_gateway));
  ARENA_ASSIGN_OR_RETURN(const auto ingests, Connect(kVoteIngest, options.vote_ingest));
  Ledger ledger(options.seed, options.battles, options.voters);
  const absl::Time start = absl::Now();
  std::vector<std::thread> threads;
  for (size_t n = 0; n < static_cast<size_t>(options.voters); ++n) {
    // Every combination of replicas serves somebody, so that none relies on its neighbour's memory.
    const size_t gateway = n / matchmakers.size();
    const size_t ingest = gateway / gateways.size();
    const VoterServers servers{.matchmaker = matchmakers[n % matchmakers.size()],
                               .model_gateway = gateways[gateway % gateways.size()],
                               .vote_ingest = ingests[ingest % ingests.size()]};
    Voter voter(servers, fmt::format("sim-{}-{}", options.seed, n + 1),
                absl::Seconds(options.patience_seconds));
    threads.emplace_back(PlayBattles, std::move(voter), std::ref(ledger));
  }
  {
    Progress progress("battles", options.battles);
    ledger.Await(progress);
  }
  for (std::thread& thread : threads) thread.join();
  SimulationSummary summary = ledger.summary();
  summary.elapsed = absl::Now() - start;
  return summary;
}

}  // namespace

absl::StatusOr<SimulationSummary> RunSimulation(const SimulationOptions& options) {
  ARENA_ASSIGN_OR_RETURN(const auto ratings, Connect(kRating, options.rating));
  ARENA_ASSIGN_OR_RETURN(SimulationSummary summary, PlayAll(options));
  if (summary.played == 0) return summary;
  const absl::Time voted = absl::Now();
  for (const Remote& rating : ratings) {
    ARENA_ASSIGN_OR_RETURN(
        const v1::Leaderboard board,
        WaitForLeaderboard(rating, v1::WatchLeaderboardRequest(), summary.last_position,
                           absl::Seconds(options.patience_seconds)));
    summary.snapshot_id = board.snapshot().snapshot_id();
  }
  summary.snapshot_after = absl::Now() - voted;
  return summary;
}

}  // namespace arena::arenactl
