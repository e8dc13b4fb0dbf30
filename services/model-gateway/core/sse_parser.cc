#include "services/model-gateway/core/sse_parser.h"

namespace arena::model_gateway {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

absl::Status SseParser::Read(std::string_view bytes,
                             absl::FunctionRef<bool(std::string_view)> on_data) {
  if (skip_line_feed_ && !bytes.empty()) {
    skip_line_feed_ = false;
    if (bytes.front() == '\n') bytes.remove_prefix(1);
  }
  while (!bytes.empty()) {
    const size_t end = bytes.find_first_of("\r\n");
    if (end == std::string_view::npos) {
      line_.append(bytes);
      break;
    }
    line_.append(bytes.substr(0, end));
    const bool is_return = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    if (is_return && bytes.empty()) skip_line_feed_ = true;
    if (is_return && bytes.starts_with('\n')) bytes.remove_prefix(1);
    if (line_.size() > max_bytes_) break;
    const bool goes_on = TakeLine(line_, on_data);
    line_.clear();
    if (!goes_on) return absl::OkStatus();
    if (data_.size() > max_bytes_) break;
  }
  if (line_.size() > max_bytes_ || data_.size() > max_bytes_) {
    return absl::ResourceExhaustedError("An event of the stream is too long.");
  }
  return absl::OkStatus();
}

bool SseParser::TakeLine(std::string_view line, absl::FunctionRef<bool(std::string_view)> on_data) {
  if (is_at_beginning_ && line.starts_with(kByteOrderMark)) {
    line.remove_prefix(kByteOrderMark.size());
  }
  is_at_beginning_ = false;
  if (line.empty()) {
    if (!has_data_) return true;
    has_data_ = false;
    const std::string data = std::move(data_);
    data_.clear();
    return on_data(data);
  }
  const size_t colon = line.find(':');
  if (line.substr(0, colon) != "data") return true;
  std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (has_data_) data_ += '\n';
  data_.append(value);
  has_data_ = true;
  return true;
}

}  // namespace arena::model_gateway
