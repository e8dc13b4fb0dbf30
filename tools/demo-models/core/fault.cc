#include "tools/demo-models/core/fault.h"

#include <charconv>

namespace arena::demo {
namespace {

constexpr int64_t kMany = 1'000'000;
constexpr int64_t kGibibyte = int64_t{1} << 30;

constexpr FaultDescription kDescriptions[] = {
    {FaultKind::kHttp, "http", 500, 599,
     "answers with this HTTP status; the body names the model and a fake key"},
    {FaultKind::kNotJson, "not-json", 0, 0, "answers 200 with an HTML page"},
    {FaultKind::kStallBeforeHeaders, "stall-before-headers", 0, 0, "answers nothing at all"},
    {FaultKind::kStallBeforeFirst, "stall-before-first", 0, 0,
     "sends headers and the role, then nothing"},
    {FaultKind::kStallAfter, "stall-after", 3, kMany, "sends that many deltas, then nothing"},
    {FaultKind::kCutAfter, "cut-after", 3, kMany,
     "closes the connection after that many deltas, in the middle of the body"},
    {FaultKind::kEndAfter, "end-after", 3, kMany,
     "ends the body properly after that many deltas, without a finish reason"},
    {FaultKind::kNoDone, "no-done", 0, 0, "closes after the finish reason, without [DONE]"},
    {FaultKind::kErrorAfter, "error-after", 3, kMany,
     "after that many deltas sends an error object, which names the model, and ends"},
    {FaultKind::kGarbageAfter, "garbage-after", 3, kMany,
     "after that many deltas sends an event that is no JSON, then goes on"},
    {FaultKind::kInvalidUtf8, "invalid-utf8", 0, 0, "bytes that are no UTF-8 in the first delta"},
    {FaultKind::kFlood, "flood", kGibibyte, 16 * kGibibyte,
     "that many bytes of text, as fast as the client reads"},
    {FaultKind::kHugeLine, "huge-line", 8 << 20, kGibibyte, "one delta of that many bytes"},
    {FaultKind::kDrip, "drip", 100, 60'000,
     "one character a delta, that many milliseconds apart at any speed"},
    {FaultKind::kFragment, "fragment", 1, kMany,
     "hands the bytes to the network in pieces of that size"},
    {FaultKind::kQuirks, "quirks", 0, 0,
     "the odd but legal event stream: CRLF, comments, other fields, data without a space"},
    {FaultKind::kEmpty, "empty", 0, 0, "no text, finish reason stop"},
    {FaultKind::kLength, "length", 0, 0, "half of the reply, finish reason length"},
    {FaultKind::kContentFilter, "content-filter", 0, 0,
     "half of the reply, finish reason content_filter"},
    {FaultKind::kLeakIdentity, "leak-identity", 0, 0, "the reply says who the model is"},
    {FaultKind::kStamp, "stamp", 0, 0,
     "each delta is the machine's monotonic time in microseconds when it was sent, and a space"},
};

}  // namespace

std::span<const FaultDescription> FaultDescriptions() { return kDescriptions; }

std::optional<Fault> ParseFault(std::string_view text) {
  const size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  for (const FaultDescription& description : kDescriptions) {
    if (description.name != name) continue;
    Fault fault{description.kind, description.default_amount};
    if (equals == std::string_view::npos) return fault;
    const std::string_view digits = text.substr(equals + 1);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), fault.amount);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    if (fault.amount < 0 || fault.amount > description.max_amount) return std::nullopt;
    // Only statuses that carry a body and are no success; a fragment has at least a byte.
    if (fault.kind == FaultKind::kHttp && fault.amount < 400) return std::nullopt;
    if (fault.kind == FaultKind::kFragment && fault.amount < 1) return std::nullopt;
    return fault;
  }
  return std::nullopt;
}

}  // namespace arena::demo
