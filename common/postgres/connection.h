#pragma once

#include <memory>
#include <pqxx/pqxx>
#include <string>

namespace arena {

// `conninfo`, a connection string or URL, to a server that takes changes, with limits on how long
// libpq waits for a host that is gone: 5 s to connect, 15 s until what was sent is acknowledged.
// What `conninfo` or the environment says stays; a service file (PGSERVICE) does not count.
std::string WithDefaults(const std::string& conninfo);

// Opens a connection that never reconnects by itself: libpqxx would do so silently, even where the
// outcome of a statement is then unknown. With these defaults. Throws what libpqxx throws.
std::unique_ptr<pqxx::connection> OpenConnection(const std::string& conninfo);

}  // namespace arena
