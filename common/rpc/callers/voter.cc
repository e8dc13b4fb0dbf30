#include "common/rpc/callers/voter.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>

#include "common/base/errors.h"
#include "common/base/limits.h"

namespace arena::rpc {
namespace {

std::string HeaderOf(const grpc::ServerContextBase& context, const char* name) {
  const auto& metadata = context.client_metadata();
  const auto header = metadata.find(name);
  if (header == metadata.end()) return "";
  return std::string(header->second.data(), header->second.size());
}

bool IsAddress(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes;
  return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

}  // namespace

absl::StatusOr<Voter> VoterOf(const grpc::ServerContextBase& context) {
  Voter voter{.pseudonym = HeaderOf(context, "arena-voter"),
              .address = HeaderOf(context, "arena-voter-address")};
  if (voter.pseudonym.size() > limits::kVoterBytes) {
    return BeyondLimit(
        "kVoterBytes",
        FieldInvalid("arena-voter", fmt::format("at most {} bytes", limits::kVoterBytes)));
  }
  if (!voter.address.empty() && !IsAddress(voter.address)) {
    return FieldInvalid("arena-voter-address", "an IPv4 or IPv6 address");
  }
  return voter;
}

}  // namespace arena::rpc
