#include "common/rpc/server/worker_pool.h"

#include <fmt/format.h>
#include <pthread.h>

#include <utility>

#include "common/base/errors.h"

namespace arena::rpc {

WorkerPool::WorkerPool(Options options) : options_(std::move(options)) {
  for (int i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this] { Work(); });
    const std::string name = fmt::format("{}-{}", options_.name, i).substr(0, 15);
    pthread_setname_np(threads_.back().native_handle(), name.c_str());
  }
}

WorkerPool::~WorkerPool() { Stop(); }

absl::Status WorkerPool::Run(Task task) {
  absl::MutexLock lock(&mutex_);
  if (stopping_) return ShuttingDown();
  if (queue_.size() >= options_.queue_length) return Overloaded("kWorkerQueueCalls");
  queue_.push_back(std::move(task));
  return absl::OkStatus();
}

void WorkerPool::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void WorkerPool::Work() {
  const auto has_news = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !queue_.empty();
  };
  while (true) {
    Task task;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&has_news));
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    std::move(task)();
  }
}

}  // namespace arena::rpc
