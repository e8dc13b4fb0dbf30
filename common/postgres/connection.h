#pragma once

#include <memory>
#include <pqxx/pqxx>
#include <string>

namespace arena {

// Opens a connection that never reconnects by itself: libpqxx would do so silently, even where the
// outcome of a statement is then unknown. Throws what libpqxx throws.
std::unique_ptr<pqxx::connection> OpenConnection(const std::string& conninfo);

}  // namespace arena
