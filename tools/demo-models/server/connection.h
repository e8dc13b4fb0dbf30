#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "tools/demo-models/core/api.h"

namespace arena::demo {

// What all connections of a server share; outlives them.
struct ServerContext {
  Api& api;
  Ledger& ledger;
  // Open connections, for the limit.
  int open_connections = 0;
};

// Serves HTTP/1.1 on an accepted socket until the client leaves or asks to close. Returns at once;
// the work is done by coroutines on the socket's executor, which must run on one thread.
void ServeConnection(boost::asio::ip::tcp::socket socket, ServerContext& context);

// Microseconds of CLOCK_MONOTONIC.
int64_t MonotonicMicros();

}  // namespace arena::demo
