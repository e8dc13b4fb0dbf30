#include "common/postgres/connection.h"

#include <libpq-fe.h>

#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

namespace arena {
namespace {

// libpq has no limit of its own on a host that is silent, and the kernel's is a quarter of an hour;
// and it is content with a standby, where a reader of the vote log would wait for ever.
constexpr std::pair<std::string_view, const char*> kDefaults[] = {
    {"connect_timeout", "5"},      {"keepalives_idle", "10"},
    {"keepalives_interval", "5"},  {"keepalives_count", "3"},
    {"tcp_user_timeout", "15000"}, {"target_session_attrs", "read-write"}};

const char* DefaultOf(std::string_view keyword) {
  for (const auto& [name, value] : kDefaults) {
    if (name == keyword) return value;
  }
  return nullptr;
}

void AppendOption(const char* keyword, std::string_view value, std::string& conninfo) {
  conninfo.append(conninfo.empty() ? "" : " ").append(keyword).append("='");
  for (const char c : value) {
    if (c == '\'' || c == '\\') conninfo += '\\';
    conninfo += c;
  }
  conninfo += '\'';
}

}  // namespace

std::string WithDefaults(const std::string& conninfo) {
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
      PQconninfoParse(conninfo.c_str(), nullptr), PQconninfoFree);
  // Who opens it is told what is wrong with it.
  if (options == nullptr) return conninfo;
  std::string result;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    const bool is_in_environment = option->envvar != nullptr && getenv(option->envvar) != nullptr;
    const char* fallback = is_in_environment ? nullptr : DefaultOf(option->keyword);
    const char* value = option->val != nullptr ? option->val : fallback;
    if (value != nullptr) AppendOption(option->keyword, value, result);
  }
  return result;
}

std::unique_ptr<pqxx::connection> OpenConnection(const std::string& conninfo) {
  auto connection = std::make_unique<pqxx::connection>(WithDefaults(conninfo));
  // Deprecated in libpqxx 6.4 because version 7 never reconnects; in 6.4 this is how to say so.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  connection->inhibit_reactivation(true);
#pragma GCC diagnostic pop
  return connection;
}

}  // namespace arena
