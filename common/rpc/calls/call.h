#pragma once

#include <string>

#include "absl/time/time.h"
#include "common/rpc/callers/principal.h"

namespace arena::rpc {

// What a handler knows of the call beside the request.
struct Call {
  Principal principal;
  // When the caller gives up: its own deadline or the server's default.
  absl::Time deadline;
  // The request's field `request_id` as sent, at most as long as a UUID; empty when it has none.
  std::string request_id;
};

// The request id of any request, as it is logged; empty for those without the field. No more of it
// than a UUID has: anybody may send anything.
template <typename Request>
std::string RequestIdOf(const Request& request) {
  constexpr size_t kUuidDigits = 36;
  if constexpr (requires { request.request_id(); }) {
    return std::string(request.request_id(), 0, kUuidDigits);
  } else {
    return "";
  }
}

}  // namespace arena::rpc
