#pragma once

#include <optional>
#include <string_view>

namespace arena::rpc {

// The port of `address`, host:port, 0 to 65535; nothing when it is no such address. An empty host
// is one.
std::optional<int> PortOf(std::string_view address);

// Whether `address`, host:port, is reachable from this machine alone.
bool IsLoopback(std::string_view address);

}  // namespace arena::rpc
