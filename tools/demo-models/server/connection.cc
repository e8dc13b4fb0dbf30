#include "tools/demo-models/server/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace arena::demo {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using std::chrono::steady_clock;

constexpr size_t kReadBytes = 16 << 10;
constexpr uint64_t kMaxBodyBytes = 4 << 20;
// Of requests that a client sends before the answer to the one before.
constexpr size_t kMaxUnreadBytes = 8 << 20;

using RequestParser = http::request_parser<http::string_body>;

std::string_view View(boost::beast::string_view text) { return {text.data(), text.size()}; }

std::string StatusLine(int status) {
  const auto known = http::int_to_status(static_cast<unsigned>(status));
  return fmt::format("HTTP/1.1 {} {}\r\n", status, View(http::obsolete_reason(known)));
}

// One connection. No operand of co_await makes a temporary with a destructor: GCC 12 may destroy it
// twice. Read takes bytes all the time, also while an answer is being sent: only so is a
// client's leaving seen at once, with nothing to write. Run answers the requests, one after the
// other.
class Connection {
 public:
  Connection(asio::ip::tcp::socket socket, ServerContext& context)
      : socket_(std::move(socket)), wake_(socket_.get_executor()), context_(context) {
    ++context_.open_connections;
  }
  ~Connection() { --context_.open_connections; }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Coroutines hold the connection through their parameter.
  static asio::awaitable<void> Read(std::shared_ptr<Connection> self) {
    std::array<char, kReadBytes> buffer;
    while (!self->is_gone_) {
      error_code error;
      const size_t count = co_await self->socket_.async_read_some(
          asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, error));
      if (error || self->unread_.size() + count > kMaxUnreadBytes) {
        self->Close();
      } else {
        self->unread_.append(buffer.data(), count);
        self->wake_.cancel();
      }
    }
  }

  static asio::awaitable<void> Run(std::shared_ptr<Connection> self) {
    bool keeps_alive = true;
    while (keeps_alive && !self->is_gone_) keeps_alive = co_await self->ServeRequest();
    self->Close();
  }

 private:
  // Reads one request and answers it; returns whether there may be another.
  asio::awaitable<bool> ServeRequest() {
    RequestParser parser;
    parser.body_limit(kMaxBodyBytes);
    // One call takes header and body.
    parser.eager(true);
    const error_code error = co_await ReadRequest(parser);
    if (is_gone_) co_return false;
    if (error) {
      const bool is_long = error == http::error::body_limit;
      HttpResponse refusal = ErrorResponse(
          {is_long ? 413 : 400, is_long ? "The body is too long." : "This is not an HTTP request.",
           "", ""});
      co_await SendResponse(refusal, false);
      co_return false;
    }
    const auto& request = parser.get();
    const bool keeps_alive = request.keep_alive();
    Outcome outcome =
        context_.api.Handle(View(request.method_string()), View(request.target()), request.body());
    if (auto* answer = std::get_if<ChatAnswer>(&outcome)) {
      co_return co_await SendAnswer(*answer, keeps_alive);
    }
    co_await SendResponse(std::get<HttpResponse>(outcome), keeps_alive);
    co_return keeps_alive;
  }

  asio::awaitable<error_code> ReadRequest(RequestParser& parser) {
    bool has_continued = false;
    while (!is_gone_) {
      error_code error;
      if (!unread_.empty()) unread_.erase(0, parser.put(asio::buffer(unread_), error));
      if (error && error != http::error::need_more) co_return error;
      if (parser.is_done()) co_return error_code();
      if (parser.is_header_done() && !has_continued) {
        has_continued = true;
        co_await SendContinue(parser);
        // Bytes may have come meanwhile.
        continue;
      }
      co_await WaitUntil(steady_clock::time_point::max());
    }
    co_return asio::error::eof;
  }

  // curl asks before it sends a longer body.
  asio::awaitable<void> SendContinue(RequestParser& parser) {
    const auto expect = parser.get()[http::field::expect];
    if (!boost::beast::iequals(expect, "100-continue")) co_return;
    const std::string reply = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await Write(reply);
  }

  asio::awaitable<void> SendResponse(const HttpResponse& response, bool keeps_alive) {
    std::string head = StatusLine(response.status);
    head += fmt::format("Content-Type: {}\r\nContent-Length: {}\r\nConnection: {}\r\n",
                        response.content_type, response.body.size(),
                        keeps_alive ? "keep-alive" : "close");
    for (const auto& [name, value] : response.headers)
      head += fmt::format("{}: {}\r\n", name, value);
    head += "\r\n" + response.body;
    co_await Write(head);
  }

  // Executes the steps of an answer; returns whether the connection can go on.
  asio::awaitable<bool> SendAnswer(ChatAnswer& answer, bool keeps_alive) {
    std::string unsent = AnswerHead(answer.script.is_stream(), keeps_alive);
    steady_clock::time_point due = steady_clock::now();
    while (!is_gone_) {
      Step step = answer.script.Next();
      if (step.action == Step::Action::kStall) {
        while (!is_gone_) co_await WaitUntil(steady_clock::time_point::max());
        break;
      }
      due += step.delay;
      while (!is_gone_ && steady_clock::now() < due) co_await WaitUntil(due);
      if (is_gone_) break;
      AppendChunk(unsent, step.bytes);
      const bool is_end = step.action == Step::Action::kEnd;
      if (is_end) unsent += "0\r\n\r\n";
      if (!unsent.empty()) co_await Write(unsent);
      unsent.clear();
      if (is_gone_) break;
      if (step.is_delta) {
        ++answer.record.deltas_sent;
        context_.ledger.SentDelta(answer.record.model);
      }
      if (step.action != Step::Action::kSend) {
        const bool can_go_on = keeps_alive && is_end;
        context_.ledger.Ended(Ending::kCompleted, std::move(answer.record));
        co_return can_go_on;
      }
    }
    answer.record.closed_us = gone_us_;
    context_.ledger.Ended(Ending::kClosedByClient, std::move(answer.record));
    co_return false;
  }

  static std::string AnswerHead(bool is_stream, bool keeps_alive) {
    return fmt::format(
        "{}Content-Type: {}\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n"
        "Connection: {}\r\n\r\n",
        StatusLine(200), is_stream ? "text/event-stream; charset=utf-8" : "application/json",
        keeps_alive ? "keep-alive" : "close");
  }

  // One chunk of the body; an empty one would end it.
  static void AppendChunk(std::string& target, std::string_view bytes) {
    if (!bytes.empty()) target += fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
  }

  asio::awaitable<void> Write(const std::string& bytes) {
    error_code error;
    co_await asio::async_write(socket_, asio::buffer(bytes),
                               asio::redirect_error(asio::use_awaitable, error));
    if (error) Close();
  }

  // Waits for the time, for bytes or for the client's leaving, whichever comes first.
  asio::awaitable<void> WaitUntil(steady_clock::time_point time) {
    error_code ignored;
    wake_.expires_at(time);
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  // After this, reads, writes and waits under way end with an error.
  void Close() {
    if (is_gone_) return;
    is_gone_ = true;
    gone_us_ = MonotonicMicros();
    error_code ignored;
    socket_.close(ignored);
    wake_.cancel();
  }

  asio::ip::tcp::socket socket_;
  asio::steady_timer wake_;
  ServerContext& context_;
  std::string unread_;
  bool is_gone_ = false;
  int64_t gone_us_ = 0;
};

}  // namespace

int64_t MonotonicMicros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             steady_clock::now().time_since_epoch())
      .count();
}

void ServeConnection(asio::ip::tcp::socket socket, ServerContext& context) {
  const auto executor = socket.get_executor();
  const auto connection = std::make_shared<Connection>(std::move(socket), context);
  asio::co_spawn(executor, Connection::Read(connection), asio::detached);
  asio::co_spawn(executor, Connection::Run(connection), asio::detached);
}

}  // namespace arena::demo
