#include "common/rpc/address.h"

#include <arpa/inet.h>

#include <charconv>
#include <string>

namespace arena::rpc {
namespace {

constexpr int kLastPort = 65'535;

}  // namespace

std::optional<int> PortOf(std::string_view address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const char* const end = address.data() + address.size();
  int port = 0;
  const auto [rest, error] = std::from_chars(address.data() + colon + 1, end, port);
  if (error != std::errc() || rest != end || port < 0 || port > kLastPort) return std::nullopt;
  return port;
}

bool IsLoopback(std::string_view address) {
  const std::string host(address.substr(0, address.rfind(':')));
  if (host == "localhost" || host == "[::1]") return true;
  in_addr parsed{};
  if (inet_pton(AF_INET, host.c_str(), &parsed) != 1) return false;
  return ntohl(parsed.s_addr) >> 24 == 127;
}

}  // namespace arena::rpc
