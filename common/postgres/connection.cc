#include "common/postgres/connection.h"

namespace arena {

std::unique_ptr<pqxx::connection> OpenConnection(const std::string& conninfo) {
  auto connection = std::make_unique<pqxx::connection>(conninfo);
  // Deprecated in libpqxx 6.4 because version 7 never reconnects; in 6.4 this is how to say so.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  connection->inhibit_reactivation(true);
#pragma GCC diagnostic pop
  return connection;
}

}  // namespace arena
