#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <iterator>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/base/errors.h"
#include "common/base/failpoint.h"
#include "common/base/limits.h"

namespace arena {

struct GroupCommitOptions {
  // Scope of the failpoints before-commit, after-commit (once a group) and before-answer (once a
  // row).
  std::string name = "group-commit";
  // Groups that may be committing at the same time. Two hide each other's wait for the disk; more
  // only contend for the same rows.
  int writers = 2;
  // Rows that may wait; one more is refused with OVERLOADED.
  size_t queue_rows = limits::kCommitQueueRows;
  // Rows of one group at most.
  size_t group_rows = limits::kCommitGroupRows;
  // Times that a group is tried when the database is away or the outcome is unknown, and the first
  // wait between two tries; it doubles. Stopping cuts the waits short.
  int attempts = limits::kCommitAttempts;
  absl::Duration first_backoff = absl::Milliseconds(20);
};

// Commits rows in groups: what arrives during a commit goes into the next one, so the cost of a
// commit is shared by as many rows as there are, and a lone row waits for nobody. Callers are
// answered after the commit that holds their row. One bad row fails alone: a group that the
// database refuses is tried again row by row. Shared by threads.
//
// `commit` gets one to `group_rows` rows and returns one result a row, in order, or the status of
// the whole group. It may get the same rows again (database away, outcome unknown), so it must bear
// repetition. It is called from `writers` threads.
template <typename Row, typename Result>
class GroupCommitWriter {
 public:
  using Done = absl::AnyInvocable<void(absl::StatusOr<Result>)>;
  using GroupResult = absl::StatusOr<std::vector<absl::StatusOr<Result>>>;
  using Commit = std::function<GroupResult(absl::Span<const Row>)>;
  // Whether trying again may succeed; IsRetriable of error_mapping.h for PostgreSQL.
  using Retriable = std::function<bool(const absl::Status&)>;

  GroupCommitWriter(GroupCommitOptions options, Commit commit, Retriable is_retriable)
      : options_(options), commit_(std::move(commit)), is_retriable_(std::move(is_retriable)) {
    for (int i = 0; i < options_.writers; ++i) threads_.emplace_back([this] { Loop(); });
  }

  // Commits what is queued, then stops.
  ~GroupCommitWriter() { Stop(); }

  GroupCommitWriter(const GroupCommitWriter&) = delete;
  GroupCommitWriter& operator=(const GroupCommitWriter&) = delete;

  // Queues a row. `done` is called exactly once, from a writer's thread after the commit, or from
  // this one when the row is refused (OVERLOADED, SHUTTING_DOWN). It must not block.
  void Submit(Row row, Done done) {
    absl::Status refused;
    {
      absl::MutexLock lock(&mutex_);
      if (is_stopping_) {
        refused = ShuttingDown();
      } else if (rows_.size() >= options_.queue_rows) {
        refused = Overloaded("kCommitQueueRows");
      } else {
        rows_.push_back(std::move(row));
        dones_.push_back(std::move(done));
      }
    }
    if (!refused.ok()) done(std::move(refused));
  }

  // Commits what is queued and joins the threads; later rows are refused. Idempotent, not to be
  // called from `done`.
  void Stop() {
    {
      absl::MutexLock lock(&mutex_);
      is_stopping_ = true;
    }
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

  // Rows that wait; for metrics.
  size_t queued() const {
    absl::MutexLock lock(&mutex_);
    return rows_.size();
  }

 private:
  struct Group {
    std::vector<Row> rows;
    std::vector<Done> dones;
  };

  void Loop() {
    while (true) {
      Group group = Take();
      if (group.rows.empty()) return;
      GroupResult results = CommitWithRetry(group.rows);
      if (!results.ok() && group.rows.size() > 1 && !is_retriable_(results.status())) {
        results = CommitOneByOne(group.rows);
      }
      Answer(group, std::move(results));
    }
  }

  // Waits for rows; an empty group means that the writer stops.
  Group Take() {
    absl::MutexLock lock(&mutex_);
    const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return is_stopping_ || !rows_.empty();
    };
    mutex_.Await(absl::Condition(&has_work));
    const auto count = static_cast<std::ptrdiff_t>(std::min(rows_.size(), options_.group_rows));
    Group group;
    group.rows.assign(std::make_move_iterator(rows_.begin()),
                      std::make_move_iterator(rows_.begin() + count));
    group.dones.assign(std::make_move_iterator(dones_.begin()),
                       std::make_move_iterator(dones_.begin() + count));
    rows_.erase(rows_.begin(), rows_.begin() + count);
    dones_.erase(dones_.begin(), dones_.begin() + count);
    return group;
  }

  GroupResult CommitWithRetry(absl::Span<const Row> rows) {
    Failpoint(options_.name, "before-commit");
    GroupResult results = commit_(rows);
    absl::Status open_outcome;
    absl::Duration backoff = options_.first_backoff;
    for (int attempt = 1; attempt < options_.attempts && !results.ok(); ++attempt) {
      if (ReasonOf(results.status()) == "OUTCOME_UNKNOWN") open_outcome = results.status();
      // Who is told that there is no room has waited for it already, perhaps to its deadline.
      if (!is_retriable_(results.status()) || absl::IsResourceExhausted(results.status())) break;
      WaitUnlessStopping(backoff);
      backoff *= 2;
      results = commit_(rows);
    }
    Failpoint(options_.name, "after-commit");
    // A try that did not get to the end of its work cannot say what an earlier one did.
    if (!results.ok() && !open_outcome.ok() && is_retriable_(results.status())) return open_outcome;
    return results;
  }

  GroupResult CommitOneByOne(absl::Span<const Row> rows) {
    std::vector<absl::StatusOr<Result>> results;
    results.reserve(rows.size());
    for (const Row& row : rows) {
      GroupResult alone = CommitWithRetry(absl::MakeConstSpan(&row, 1));
      results.push_back(alone.ok() ? std::move(alone->front()) : alone.status());
    }
    return results;
  }

  void Answer(Group& group, GroupResult results) {
    for (size_t i = 0; i < group.dones.size(); ++i) {
      Failpoint(options_.name, "before-answer");
      group.dones[i](results.ok() ? std::move((*results)[i]) : results.status());
    }
  }

  void WaitUnlessStopping(absl::Duration duration) {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&is_stopping_), duration);
  }

  const GroupCommitOptions options_;
  const Commit commit_;
  const Retriable is_retriable_;
  mutable absl::Mutex mutex_;
  std::deque<Row> rows_ ABSL_GUARDED_BY(mutex_);
  std::deque<Done> dones_ ABSL_GUARDED_BY(mutex_);  // dones_[i] answers rows_[i]
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace arena
