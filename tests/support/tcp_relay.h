#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace arena::testing {

// When a connection dies, told by what its client sends. A request is expected in one piece, as
// libpq and gRPC send small ones.
enum class CutMoment {
  kBeforeRequest,  // nothing of it is passed on
  kInRequest,      // it is passed on up to the end of the pattern
  kAfterRequest,   // it is passed on whole, and nobody waits for the answer
  kBeforeAnswer,   // the server answers, and none of it is passed on
  kInAnswer,       // some bytes of the answer are passed on
};

struct Cut {
  // Bytes by which the request is known; they do not lie across two pieces.
  std::string pattern;
  CutMoment moment = CutMoment::kBeforeRequest;
  // Bytes of the answer that are passed on, for kInAnswer.
  size_t answer_bytes = 0;
  // So many connections die.
  int times = 1;
};

// A cut at every moment of one request, and in its answer after each of `answer_bytes`.
std::vector<Cut> EveryCut(const std::string& pattern, const std::vector<size_t>& answer_bytes);
// What is cut when, for failures of tests.
std::string Describe(const Cut& cut);

// A TCP relay on a free port of the loopback, which passes bytes on until it is told to cut. Tests
// drive it from any thread; one thread of its own does the work.
class TcpRelay {
 public:
  // `upstream` is host:port, or the path of a Unix socket.
  explicit TcpRelay(std::string upstream);
  ~TcpRelay();
  TcpRelay(const TcpRelay&) = delete;
  TcpRelay& operator=(const TcpRelay&) = delete;

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  // `conninfo` of the PostgreSQL upstream, by way of this relay and without encryption.
  std::string Through(const std::string& conninfo) const;

  // From now on, in place of what was to be cut before; no pattern stops cutting.
  void CutAt(Cut cut);
  // Connections that were cut since CutAt.
  int cuts() const;

 private:
  struct Connection {
    int client = -1;
    int server = -1;
    // Set when the request was passed on whose answer is cut: bytes of it still to pass.
    std::optional<size_t> answer_left;
    bool is_over = false;
  };

  void Loop();
  void Accept();
  void PassRequest(Connection& connection);
  void PassAnswer(Connection& connection);
  // Whether a piece of a request holds the pattern, and where it ends; takes one of `times`.
  std::optional<size_t> FindCut(const std::string& piece, Cut& cut);
  void CountCut(Connection& connection);

  const std::string upstream_;
  int listener_ = -1;
  int port_ = 0;
  int wake_[2] = {-1, -1};
  std::list<Connection> connections_;  // the thread's own
  mutable absl::Mutex mutex_;
  Cut cut_ ABSL_GUARDED_BY(mutex_);
  int cuts_ ABSL_GUARDED_BY(mutex_) = 0;
  std::thread thread_;
};

}  // namespace arena::testing
