#pragma once

#include <string>

namespace arena::rpc {

// Whether `address`, host:port, is reachable from this machine alone.
bool IsLoopback(const std::string& address);

}  // namespace arena::rpc
