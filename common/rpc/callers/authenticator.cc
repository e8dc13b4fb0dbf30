#include "common/rpc/callers/authenticator.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "common/config/yaml_document.h"
#include "common/rpc/read_file.h"

namespace arena::rpc {
namespace {

constexpr std::string_view kBearer = "Bearer ";

absl::Status Unauthenticated() {
  return MakeError(absl::StatusCode::kUnauthenticated, "UNAUTHENTICATED",
                   "The call needs a known API key: `authorization: Bearer KEY`.");
}

absl::Status Malformed(size_t number, std::string_view what) {
  return absl::InvalidArgumentError(fmt::format("Caller {} of the key file {}.", number, what));
}

// The text of `key` in a caller's entry; empty when it is not there.
std::string TextAt(const YAML::Node& entry, const char* key) {
  const YAML::Node value = entry[key];
  return value && value.IsScalar() ? value.Scalar() : "";
}

std::optional<Sha256Digest> ParseDigest(const std::string& hex) {
  const bool is_hex =
      std::all_of(hex.begin(), hex.end(), [](unsigned char c) { return absl::ascii_isxdigit(c); });
  if (hex.size() != 64 || !is_hex) return std::nullopt;
  const std::string bytes = absl::HexStringToBytes(hex);
  Sha256Digest digest;
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

absl::Status RefuseUnknownKeys(const YAML::Node& entry, size_t number) {
  static const auto* known = new std::set<std::string>{"name", "scope", "sha256", "certificate"};
  for (const auto& field : entry) {
    const std::string key = field.first.IsScalar() ? field.first.Scalar() : "";
    if (!known->contains(key)) {
      return Malformed(number, fmt::format("has the unknown key '{}'", key));
    }
  }
  return absl::OkStatus();
}

// The common name of the client's verified certificate; empty when there is none.
std::string CertificateNameOf(const grpc::ServerContextBase& context) {
  const auto auth = context.auth_context();
  if (auth == nullptr || !auth->IsPeerAuthenticated()) return "";
  const auto names = auth->FindPropertyValues(GRPC_X509_CN_PROPERTY_NAME);
  return names.empty() ? "" : std::string(names.front().data(), names.front().size());
}

}  // namespace

Authenticator Authenticator::Local() {
  Authenticator authenticator;
  authenticator.is_local_ = true;
  return authenticator;
}

absl::StatusOr<Authenticator> Authenticator::FromFile(const std::string& path) {
  ARENA_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return FromYaml(text);
}

absl::StatusOr<Authenticator> Authenticator::FromYaml(const std::string& text) {
  YAML::Node root;
  try {
    root = config::LoadYaml(text);
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(
        fmt::format("The key file is not one YAML document: see line {}.", error.mark.line + 1));
  }
  if (!root.IsSequence() || root.size() == 0) {
    return absl::InvalidArgumentError(
        "The key file must list callers, each with name, scope and sha256.");
  }
  Authenticator authenticator;
  std::set<std::string> names;
  size_t number = 0;
  for (const YAML::Node& node : root) {
    ++number;
    if (!node.IsMap()) return Malformed(number, "must have name, scope and sha256");
    ARENA_RETURN_IF_ERROR(RefuseUnknownKeys(node, number));
    Entry entry;
    entry.principal.name = TextAt(node, "name");
    if (entry.principal.name.empty()) return Malformed(number, "has no name");
    if (!names.insert(entry.principal.name).second) return Malformed(number, "repeats a name");
    const auto scope = ParseScope(TextAt(node, "scope"));
    if (!scope.ok()) return Malformed(number, "needs the scope frontend, service or operator");
    entry.principal.scopes = *scope;
    entry.certificate = TextAt(node, "certificate");
    const auto digest = ParseDigest(TextAt(node, "sha256"));
    if (digest.has_value() == !entry.certificate.empty()) {
      return Malformed(number, "needs a sha256 of 64 hexadecimal digits, or a certificate");
    }
    if (digest.has_value()) entry.key_hash = *digest;
    authenticator.entries_.push_back(std::move(entry));
  }
  return authenticator;
}

absl::StatusOr<Principal> Authenticator::Authenticate(
    const grpc::ServerContextBase& context) const {
  if (is_local_) return Principal{.name = "local", .scopes = kAllScopes};
  const auto& metadata = context.client_metadata();
  const auto header = metadata.find("authorization");
  if (header != metadata.end()) {
    const std::string_view value(header->second.data(), header->second.size());
    if (!value.starts_with(kBearer)) return Unauthenticated();
    return PrincipalOfKey(value.substr(kBearer.size()));
  }
  const std::string certificate = CertificateNameOf(context);
  for (const Entry& entry : entries_) {
    if (!certificate.empty() && entry.certificate == certificate) return entry.principal;
  }
  return Unauthenticated();
}

absl::StatusOr<Principal> Authenticator::PrincipalOfKey(std::string_view key) const {
  const Sha256Digest hash = Sha256(key);
  const Entry* found = nullptr;
  for (const Entry& entry : entries_) {
    // Every entry is compared, each in constant time, so that timing tells nothing of the hashes.
    const bool equal = CRYPTO_memcmp(hash.data(), entry.key_hash.data(), hash.size()) == 0;
    if (equal && entry.certificate.empty()) found = &entry;
  }
  if (found == nullptr) return Unauthenticated();
  return found->principal;
}

}  // namespace arena::rpc
