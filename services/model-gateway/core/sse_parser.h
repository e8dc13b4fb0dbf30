#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace arena::model_gateway {

// Reads a stream of server-sent events (the HTML standard, section 9.2) piece by piece; any cut of
// the bytes gives the same events. Only their data matters to us: names, ids and retry times are
// skipped, as are comments. Not shared by threads.
class SseParser {
 public:
  // A line, or the data of one event, may have up to `max_bytes`.
  explicit SseParser(size_t max_bytes) : max_bytes_(max_bytes) {}

  // Calls `on_data` with the data of each event that `bytes` complete; it returns whether to go on.
  // RESOURCE_EXHAUSTED when a line or an event is too long; nothing can be read after that.
  absl::Status Read(std::string_view bytes, absl::FunctionRef<bool(std::string_view)> on_data);

 private:
  // Takes a line without its end. Returns whether to go on.
  bool TakeLine(std::string_view line, absl::FunctionRef<bool(std::string_view)> on_data);

  const size_t max_bytes_;
  std::string line_;             // the beginning of a line whose end is still to come
  std::string data_;             // of the event being read
  bool has_data_ = false;        // an empty data field makes an event, too
  bool skip_line_feed_ = false;  // the second half of CR LF may come in the next piece
  bool is_at_beginning_ = true;  // where a byte order mark may stand
};

}  // namespace arena::model_gateway
