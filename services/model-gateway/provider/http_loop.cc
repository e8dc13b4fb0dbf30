#include "services/model-gateway/provider/http_loop.h"

#include <curl/curl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

namespace arena::model_gateway {
namespace {

// What curl reads at once; each transfer has a buffer of this size.
constexpr long kBufferBytes = 8 * 1024;
// What curl sends at once over TLS: the least that it takes, since each transfer keeps the buffer.
constexpr long kUploadBufferBytes = 16 * 1024;
// The same for every provider and every battle.
constexpr char kUserAgent[] = "arena";

void InitCurlOnce() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (done != CURLE_OK) std::abort();
}

}  // namespace

struct HttpLoop::Transfer {
  enum class Wish { kNothing, kStart, kRemove, kResume };

  TransferId id = 0;
  HttpListener* listener = nullptr;  // null once nobody listens
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  HttpRequest request;
  Wish wish = Wish::kStart;
  bool is_added = false;
  bool has_head = false;
  bool wants_pause = false;
  bool is_paused = false;  // as curl knows it
  std::optional<TimerId> discard_timer;

  ~Transfer() {
    if (easy != nullptr) curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
  }

  // Tells the listener of the head, once.
  void ReportHead() {
    if (has_head || listener == nullptr) return;
    long status = 0;
    const char* content_type = nullptr;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &content_type);
    if (status == 0) return;
    has_head = true;
    listener->OnHead(static_cast<int>(status), content_type == nullptr ? "" : content_type);
  }
};

// The functions that curl calls, and its handle.
struct HttpLoop::Curl {
  CURLM* multi = nullptr;
  std::optional<Clock::time_point> timeout;

  static size_t Write(char* bytes, size_t size, size_t count, void* user) {
    auto& transfer = *static_cast<Transfer*>(user);
    if (transfer.listener == nullptr) return size * count;
    if (transfer.wants_pause) {
      transfer.is_paused = true;
      return CURL_WRITEFUNC_PAUSE;
    }
    transfer.ReportHead();
    if (transfer.listener != nullptr) transfer.listener->OnBody({bytes, size * count});
    return size * count;
  }

  // The empty line ends the head. Interim heads (1xx) come before the real one.
  static size_t Header(char* bytes, size_t size, size_t count, void* user) {
    auto& transfer = *static_cast<Transfer*>(user);
    const std::string_view line(bytes, size * count);
    long status = 0;
    curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    if ((line == "\r\n" || line == "\n") && status >= 200) transfer.ReportHead();
    return size * count;
  }

  static int Socket(CURL*, curl_socket_t socket, int what, void* user, void* is_known) {
    auto& loop = *static_cast<HttpLoop*>(user);
    if (what == CURL_POLL_REMOVE) {
      epoll_ctl(loop.epoll_fd_, EPOLL_CTL_DEL, socket, nullptr);
      return 0;
    }
    epoll_event event{};
    event.data.fd = socket;
    if ((what & CURL_POLL_IN) != 0) event.events |= EPOLLIN;
    if ((what & CURL_POLL_OUT) != 0) event.events |= EPOLLOUT;
    // A socket may be closed and its number used again before curl says so: set whatever is there.
    if (is_known == nullptr || epoll_ctl(loop.epoll_fd_, EPOLL_CTL_MOD, socket, &event) != 0) {
      epoll_ctl(loop.epoll_fd_, EPOLL_CTL_ADD, socket, &event);
      curl_multi_assign(loop.curl_->multi, socket, &loop);
    }
    return 0;
  }

  static int Timer(CURLM*, long timeout_ms, void* user) {
    auto& timeout = static_cast<HttpLoop*>(user)->curl_->timeout;
    timeout.reset();
    if (timeout_ms >= 0) timeout = Clock::now() + std::chrono::milliseconds(timeout_ms);
    return 0;
  }

  static curl_socket_t Open(void* user, curlsocktype, curl_sockaddr* address) {
    const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd >= 0) ++static_cast<HttpLoop*>(user)->connections_;
    return fd;
  }

  static int Close(void* user, curl_socket_t socket) {
    --static_cast<HttpLoop*>(user)->connections_;
    return ::close(socket);
  }

  int Act(curl_socket_t socket, int events) {
    int running = 0;
    curl_multi_socket_action(multi, socket, events, &running);
    return running;
  }
};

HttpLoop::HttpLoop(HttpLoopOptions options)
    : options_(std::move(options)),
      curl_(std::make_unique<Curl>()),
      epoll_fd_(epoll_create1(EPOLL_CLOEXEC)),
      wake_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  InitCurlOnce();
  curl_->multi = curl_multi_init();
  if (curl_->multi == nullptr || epoll_fd_ < 0 || wake_fd_ < 0) std::abort();
  curl_multi_setopt(curl_->multi, CURLMOPT_SOCKETFUNCTION, &Curl::Socket);
  curl_multi_setopt(curl_->multi, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(curl_->multi, CURLMOPT_TIMERFUNCTION, &Curl::Timer);
  curl_multi_setopt(curl_->multi, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(curl_->multi, CURLMOPT_MAXCONNECTS,
                    static_cast<long>(options_.idle_connections));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_fd_;
  epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, wake_fd_, &event);
  thread_ = std::thread([this] { Run(); });
}

HttpLoop::~HttpLoop() {
  Stop();
  ::close(epoll_fd_);
  ::close(wake_fd_);
}

void HttpLoop::Post(Task task) {
  {
    absl::MutexLock lock(&mutex_);
    if (is_stopping_) return;
    tasks_.push_back(std::move(task));
    if (tasks_.size() > 1) return;  // woken before, and not yet looked
  }
  eventfd_write(wake_fd_, 1);
}

void HttpLoop::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    is_stopping_ = true;
  }
  eventfd_write(wake_fd_, 1);
  if (thread_.joinable()) thread_.join();
}

HttpLoop::TransferId HttpLoop::Start(HttpRequest request, HttpListener& listener) {
  auto transfer = std::make_unique<Transfer>();
  transfer->id = next_transfer_++;
  transfer->listener = &listener;
  transfer->request = std::move(request);
  CURL* easy = transfer->easy = curl_easy_init();
  const HttpRequest& kept = transfer->request;
  for (const std::string& line : kept.headers) {
    transfer->headers = curl_slist_append(transfer->headers, line.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer.get());
  curl_easy_setopt(easy, CURLOPT_URL, kept.url.c_str());
  // Elsewhere a prompt has no business: no other protocols, no redirects.
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_PROXY, options_.proxy.c_str());
  if (!options_.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
  // One connection a reply: pausing holds the provider by TCP, and closing is seen at once.
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(kept.body.size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, kept.body.data());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, kUserAgent);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // Without it, whoever leaves while a name is being looked up makes the whole loop wait for the
  // end of the look-up.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, kBufferBytes);
  curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBufferBytes);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(absl::ToInt64Milliseconds(kept.connect_timeout)));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Curl::Write);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer.get());
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Curl::Header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer.get());
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Curl::Open);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &Curl::Close);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
  const TransferId id = transfer->id;
  unsettled_.push_back(id);
  transfers_.emplace(id, std::move(transfer));
  return id;
}

void HttpLoop::Cancel(TransferId id) {
  const auto found = transfers_.find(id);
  if (found == transfers_.end()) return;
  found->second->listener = nullptr;
  found->second->wish = Transfer::Wish::kRemove;
  unsettled_.push_back(id);
}

void HttpLoop::Discard(TransferId id, absl::Duration wait) {
  const auto found = transfers_.find(id);
  if (found == transfers_.end()) return;
  Resume(id);
  found->second->listener = nullptr;
  found->second->discard_timer = After(wait, [this, id] {
    if (transfers_.contains(id)) transfers_.at(id)->discard_timer.reset();
    Cancel(id);
  });
}

void HttpLoop::Pause(TransferId id) {
  const auto found = transfers_.find(id);
  if (found != transfers_.end()) found->second->wants_pause = true;
}

void HttpLoop::Resume(TransferId id) {
  const auto found = transfers_.find(id);
  if (found == transfers_.end()) return;
  Transfer& transfer = *found->second;
  transfer.wants_pause = false;
  if (!transfer.is_paused || transfer.wish != Transfer::Wish::kNothing) return;
  transfer.wish = Transfer::Wish::kResume;
  unsettled_.push_back(id);
}

HttpLoop::TimerId HttpLoop::At(Clock::time_point time, Task task) {
  const TimerId id(time, next_timer_++);
  timers_.emplace(id, std::move(task));
  return id;
}

HttpLoop::TimerId HttpLoop::After(absl::Duration wait, Task task) {
  return At(Clock::now() + absl::ToChronoMicroseconds(wait), std::move(task));
}

void HttpLoop::CancelTimer(const TimerId& id) { timers_.erase(id); }

void HttpLoop::Run() {
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (is_stopping_) break;
    }
    RunTasks();
    RunTimers();
    Settle();
    WaitAndDispatch();
    Settle();
  }
  while (!transfers_.empty()) {
    transfers_.begin()->second->listener = nullptr;
    Remove(*transfers_.begin()->second);
  }
  timers_.clear();
  curl_multi_cleanup(curl_->multi);
  // What the tasks hold is let go here, on the thread that it is confined to, and without the lock.
  std::vector<Task> unrun;
  absl::MutexLock lock(&mutex_);
  unrun.swap(tasks_);
}

void HttpLoop::RunTasks() {
  std::vector<Task> tasks;
  {
    absl::MutexLock lock(&mutex_);
    tasks.swap(tasks_);
  }
  for (Task& task : tasks) task();
}

void HttpLoop::RunTimers() {
  while (!timers_.empty() && timers_.begin()->first.first <= Clock::now()) {
    auto timer = timers_.extract(timers_.begin());
    timer.mapped()();
  }
}

void HttpLoop::Settle() {
  int messages = 0;
  while (true) {
    std::vector<TransferId> unsettled;
    unsettled.swap(unsettled_);
    for (const TransferId id : unsettled) {
      const auto found = transfers_.find(id);
      if (found == transfers_.end()) continue;
      Transfer& transfer = *found->second;
      switch (std::exchange(transfer.wish, Transfer::Wish::kNothing)) {
        case Transfer::Wish::kStart:
          transfer.is_added = true;
          curl_multi_add_handle(curl_->multi, transfer.easy);
          break;
        case Transfer::Wish::kResume:
          transfer.is_paused = false;
          curl_easy_pause(transfer.easy, CURLPAUSE_CONT);  // may deliver at once
          break;
        case Transfer::Wish::kRemove:
          Remove(transfer);
          break;
        case Transfer::Wish::kNothing:
          break;
      }
    }
    const CURLMsg* message = curl_multi_info_read(curl_->multi, &messages);
    if (message == nullptr && unsettled_.empty()) return;
    if (message == nullptr || message->msg != CURLMSG_DONE) continue;
    Transfer* transfer = nullptr;
    const CURLcode code = message->data.result;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    HttpListener* const listener = transfer->listener;
    if (code == CURLE_OK) transfer->ReportHead();
    const bool is_heard = listener != nullptr && transfer->listener != nullptr;
    Remove(*transfer);
    if (!is_heard) continue;
    listener->OnEnd(code == CURLE_OK ? absl::OkStatus()
                                     : absl::UnavailableError(curl_easy_strerror(code)));
  }
}

void HttpLoop::Remove(Transfer& transfer) {
  if (transfer.is_added) curl_multi_remove_handle(curl_->multi, transfer.easy);
  if (transfer.discard_timer.has_value()) CancelTimer(*transfer.discard_timer);
  transfers_.erase(transfer.id);
}

int HttpLoop::WaitMilliseconds() {
  std::optional<Clock::time_point> next = curl_->timeout;
  if (!timers_.empty()) {
    const Clock::time_point timer = timers_.begin()->first.first;
    next = next.has_value() ? std::min(*next, timer) : timer;
  }
  if (!next.has_value()) return -1;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*next - Clock::now());
  return static_cast<int>(std::clamp<int64_t>(wait.count(), 0, 60'000));
}

void HttpLoop::WaitAndDispatch() {
  std::array<epoll_event, 256> events;
  const int count =
      epoll_wait(epoll_fd_, events.data(), static_cast<int>(events.size()), WaitMilliseconds());
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    if (event.data.fd == wake_fd_) {
      eventfd_t ignored = 0;
      eventfd_read(wake_fd_, &ignored);
      continue;
    }
    int what = 0;
    if ((event.events & EPOLLIN) != 0) what |= CURL_CSELECT_IN;
    if ((event.events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
    if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) what |= CURL_CSELECT_ERR;
    curl_->Act(event.data.fd, what);
  }
  if (curl_->timeout.has_value() && *curl_->timeout <= Clock::now()) {
    curl_->timeout.reset();
    curl_->Act(CURL_SOCKET_TIMEOUT, 0);
  }
}

}  // namespace arena::model_gateway
