#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace arena::model_gateway {

// A POST request.
struct HttpRequest {
  std::string url;
  std::string body;
  // Lines such as "Accept: text/event-stream".
  std::vector<std::string> headers;
  absl::Duration connect_timeout = absl::Seconds(30);
};

// What happens to a transfer. Called on the loop's thread. OnEnd is the last call; after Cancel or
// Discard there is none.
class HttpListener {
 public:
  virtual ~HttpListener() = default;
  // The status line and headers have arrived.
  virtual void OnHead(int http_status, std::string_view content_type) = 0;
  virtual void OnBody(std::string_view bytes) = 0;
  // OK when the response ended as HTTP says; UNAVAILABLE, with a cause for our logs, otherwise.
  virtual void OnEnd(const absl::Status& status) = 0;
};

struct HttpLoopOptions {
  // Address of a proxy for all requests; empty connects directly, whatever the environment says.
  std::string proxy;
  // PEM file of the certificate authorities to trust; empty takes the system's.
  std::string ca_file;
  // Idle connections that are kept for later requests.
  int idle_connections = 256;
};

// One thread that carries all conversations with providers: libcurl's multi interface over epoll,
// so that a thousand transfers cost no thread each and a wake-up costs the same whatever their
// number. Work that belongs together is confined to this thread and needs no locks.
class HttpLoop {
 public:
  using Task = absl::AnyInvocable<void()>;
  using TransferId = uint64_t;
  using Clock = std::chrono::steady_clock;
  using TimerId = std::pair<Clock::time_point, uint64_t>;

  explicit HttpLoop(HttpLoopOptions options);
  // Stops.
  ~HttpLoop();
  HttpLoop(const HttpLoop&) = delete;
  HttpLoop& operator=(const HttpLoop&) = delete;

  // Runs `task` on the loop's thread, in order. Any thread may call it. Tasks posted after Stop are
  // destroyed unrun.
  void Post(Task task);
  // Closes all connections and ends the thread. Listeners hear nothing more. Idempotent; not to be
  // called on the loop's thread.
  void Stop();
  // Open connections, idle ones included; any thread may ask.
  int connections() const { return connections_; }

  // The rest is for the loop's thread alone.

  // Starts a transfer. `listener` must stay until OnEnd, Cancel or Discard.
  TransferId Start(HttpRequest request, HttpListener& listener);
  // Closes the transfer's connection at once.
  void Cancel(TransferId id);
  // Lets the transfer end unheard, so that its connection can serve again; closes it after `wait`.
  void Discard(TransferId id, absl::Duration wait);
  // Stops reading from the connection, so that the provider has to wait; at most one buffer more is
  // kept. Resume goes on.
  void Pause(TransferId id);
  void Resume(TransferId id);

  // Runs `task` once the time has come.
  TimerId At(Clock::time_point time, Task task);
  TimerId After(absl::Duration wait, Task task);
  // Nothing happens when it has run.
  void CancelTimer(const TimerId& id);

 private:
  struct Curl;  // keeps curl's header out of ours
  struct Transfer;

  void Run();
  void RunTasks();
  void RunTimers();
  // Carries out what listeners asked for while curl was on the stack, and reports what has ended.
  void Settle();
  void WaitAndDispatch();
  void Remove(Transfer& transfer);
  int WaitMilliseconds();

  const HttpLoopOptions options_;
  std::unique_ptr<Curl> curl_;
  int epoll_fd_ = -1;
  int wake_fd_ = -1;
  std::atomic<int> connections_ = 0;

  absl::flat_hash_map<TransferId, std::unique_ptr<Transfer>> transfers_;
  TransferId next_transfer_ = 1;
  // Transfers that want to be added, removed or resumed, in order.
  std::vector<TransferId> unsettled_;
  std::map<TimerId, Task> timers_;
  uint64_t next_timer_ = 1;

  absl::Mutex mutex_;
  std::vector<Task> tasks_ ABSL_GUARDED_BY(mutex_);
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace arena::model_gateway
