#include "common/rpc/server/listen_address.h"

#include <arpa/inet.h>

namespace arena::rpc {

bool IsLoopback(const std::string& address) {
  if (address.starts_with("unix:")) return true;
  const std::string host = address.substr(0, address.rfind(':'));
  if (host == "localhost" || host == "[::1]") return true;
  in_addr parsed{};
  if (inet_pton(AF_INET, host.c_str(), &parsed) != 1) return false;
  return ntohl(parsed.s_addr) >> 24 == 127;
}

}  // namespace arena::rpc
