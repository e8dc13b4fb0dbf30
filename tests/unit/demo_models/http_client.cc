#include "tests/unit/demo_models/http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

namespace arena::demo {
namespace {

constexpr int kWaitMs = 10'000;

size_t Append(char* data, size_t size, size_t count, void* target) {
  static_cast<std::string*>(target)->append(data, size * count);
  return size * count;
}

}  // namespace

RawConnection::RawConnection(uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) std::abort();
}

RawConnection::~RawConnection() { Close(); }

RawConnection::RawConnection(RawConnection&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      is_ended_(other.is_ended_),
      received_(std::move(other.received_)) {}

void RawConnection::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

bool RawConnection::ReadSome() {
  pollfd event = {socket_, POLLIN, 0};
  if (poll(&event, 1, kWaitMs) <= 0) return false;
  char buffer[65536];
  const ssize_t count = recv(socket_, buffer, sizeof(buffer), 0);
  if (count <= 0) {
    is_ended_ = true;
    return false;
  }
  received_.append(buffer, static_cast<size_t>(count));
  return true;
}

const std::string& RawConnection::ReadUntil(std::string_view text) {
  while (received_.find(text) == std::string::npos && ReadSome()) {
  }
  return received_;
}

const std::string& RawConnection::ReadToEnd() {
  while (ReadSome()) {
  }
  return received_;
}

void RawConnection::Close() {
  if (socket_ >= 0) close(std::exchange(socket_, -1));
}

std::string ChatHttp(std::string_view body) {
  return fmt::format(
      "POST /v1/chat/completions HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\n\r\n{}",
      body.size(), body);
}

std::string ChatBody(std::string_view model, std::string_view prompt) {
  return nlohmann::json{
      {"model", model}, {"stream", true}, {"messages", {{{"role", "user"}, {"content", prompt}}}}}
      .dump();
}

CurlClient::CurlClient(uint16_t port)
    : curl_(curl_easy_init()), base_(fmt::format("http://127.0.0.1:{}", port)) {}

CurlClient::~CurlClient() { curl_easy_cleanup(curl_); }

CurlResult CurlClient::Perform(const std::string& path, const std::string* body) {
  CurlResult result;
  const std::string url = base_ + path;
  curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl_, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl_, CURLOPT_TIMEOUT_MS, long{kWaitMs});
  curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &result.body);
  if (body == nullptr) {
    curl_easy_setopt(curl_, CURLOPT_HTTPGET, 1L);
  } else {
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE, static_cast<long>(body->size()));
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, body->c_str());
  }
  result.code = curl_easy_perform(curl_);
  curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &result.status);
  curl_easy_getinfo(curl_, CURLINFO_NUM_CONNECTS, &result.new_connections);
  const char* content_type = nullptr;
  curl_easy_getinfo(curl_, CURLINFO_CONTENT_TYPE, &content_type);
  if (content_type != nullptr) result.content_type = content_type;
  return result;
}

CurlResult CurlClient::Chat(std::string_view model, std::string_view prompt) {
  return Post("/v1/chat/completions", ChatBody(model, prompt));
}

std::vector<std::string> EventData(std::string_view body) {
  std::vector<std::string> events;
  constexpr std::string_view kData = "data: ";
  for (size_t end = body.find("\n\n"); end != std::string_view::npos; end = body.find("\n\n")) {
    if (body.starts_with(kData)) events.emplace_back(body.substr(kData.size(), end - kData.size()));
    body.remove_prefix(end + 2);
  }
  return events;
}

std::string StreamedText(std::string_view body) {
  std::string text;
  for (const std::string& data : EventData(body)) {
    const auto event = nlohmann::json::parse(data, nullptr, false);
    if (!event.is_object() || !event.contains("choices") || event["choices"].empty()) continue;
    text += event["choices"][0]["delta"].value("content", "");
  }
  return text;
}

}  // namespace arena::demo
