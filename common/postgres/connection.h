#pragma once

#include <memory>
#include <pqxx/pqxx>
#include <string>

namespace arena {

// `conninfo`, a connection string or URL, with limits on how long libpq waits for a host that is
// gone: 5 s to connect, 15 s for an answer to what was sent. What `conninfo` or the environment
// says stays.
std::string WithTimeouts(const std::string& conninfo);

// Opens a connection that never reconnects by itself: libpqxx would do so silently, even where the
// outcome of a statement is then unknown. With these timeouts. Throws what libpqxx throws.
std::unique_ptr<pqxx::connection> OpenConnection(const std::string& conninfo);

}  // namespace arena
