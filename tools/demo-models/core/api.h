#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tools/demo-models/core/chat_request.h"
#include "tools/demo-models/core/fault_book.h"
#include "tools/demo-models/core/ledger.h"
#include "tools/demo-models/core/stream_script.h"

namespace arena::demo {

// A response that is known as a whole.
struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

// A response that is sent step by step. Who sends it tells the ledger about its deltas and its end.
struct ChatAnswer {
  StreamScript script;
  ClientClose record;
};

using Outcome = std::variant<HttpResponse, ChatAnswer>;

struct ApiOptions {
  uint64_t seed = 1;
  // Delays are divided by it; 0 means none.
  double speed = 1;
  // Whether requests may ask for faults.
  bool has_faults = false;
  // Microseconds of CLOCK_MONOTONIC, and seconds since 1970.
  std::function<int64_t()> monotonic_us;
  std::function<int64_t()> unix_s;
};

// What each path of the server answers; knows nothing of sockets. Threads may share it.
class Api {
 public:
  Api(ApiOptions options, FaultBook& faults, Ledger& ledger);
  Outcome Handle(std::string_view method, std::string_view target, std::string_view body);

 private:
  Outcome Chat(std::string_view body);
  HttpResponse Models() const;
  HttpResponse ShowStats() const;
  HttpResponse ArmFault(std::string_view body);
  ChatAnswer MakeAnswer(const ChatRequest& request, const Profile& profile,
                        std::optional<Fault> fault);

  const ApiOptions options_;
  FaultBook& faults_;
  Ledger& ledger_;
  std::atomic<int64_t> next_id_ = 1;
};

// OpenAI's error object with that status.
HttpResponse ErrorResponse(const RequestError& error);

}  // namespace arena::demo
