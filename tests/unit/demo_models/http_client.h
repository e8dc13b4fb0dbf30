#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace arena::demo {

// A TCP connection to a server on 127.0.0.1 that can leave whenever it likes. Every wait ends after
// ten seconds with what there is. Not shared by threads.
class RawConnection {
 public:
  explicit RawConnection(uint16_t port);
  ~RawConnection();
  RawConnection(RawConnection&& other) noexcept;
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  void Send(std::string_view bytes);
  // Reads until `text` was received, anywhere; returns everything received so far.
  const std::string& ReadUntil(std::string_view text);
  // Reads until the server closes.
  const std::string& ReadToEnd();
  // Whether the server has closed; after ReadToEnd.
  bool is_ended() const { return is_ended_; }
  void Close();

 private:
  bool ReadSome();

  int socket_ = -1;
  bool is_ended_ = false;
  std::string received_;
};

// A whole POST request with `body` to the path of chat completions.
std::string ChatHttp(std::string_view body);
// The body of a streaming request.
std::string ChatBody(std::string_view model, std::string_view prompt);

// An answer that libcurl took.
struct CurlResult {
  // 0 when the answer was complete as HTTP says it; libcurl's code otherwise.
  int code = 0;
  long status = 0;
  std::string body;
  std::string content_type;
  // Connections that were opened for it.
  long new_connections = 0;
};

// libcurl, an implementation of HTTP that is not ours; keeps its connection. Not shared by threads.
class CurlClient {
 public:
  explicit CurlClient(uint16_t port);
  ~CurlClient();
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;

  CurlResult Get(const std::string& path) { return Perform(path, nullptr); }
  CurlResult Post(const std::string& path, const std::string& body) { return Perform(path, &body); }
  CurlResult Chat(std::string_view model, std::string_view prompt);

 private:
  CurlResult Perform(const std::string& path, const std::string* body);

  void* curl_;
  std::string base_;
};

// The data of server-sent events in a body.
std::vector<std::string> EventData(std::string_view body);
// The text that a streamed body says; events that are no JSON are skipped.
std::string StreamedText(std::string_view body);

}  // namespace arena::demo
