#include "common/base/keyed_hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <span>

#include "common/base/hex.h"

namespace arena {
namespace {

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Sha256Digest Sha256(std::string_view text) {
  Sha256Digest digest;
  SHA256(Bytes(text), text.size(), digest.data());
  return digest;
}

Sha256Digest KeyedHash(std::string_view key, std::string_view text) {
  Sha256Digest digest;
  unsigned int size = digest.size();
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Bytes(text), text.size(),
       digest.data(), &size);
  return digest;
}

std::string KeyedPseudonym(std::string_view key, std::string_view text) {
  const Sha256Digest digest = KeyedHash(key, text);
  return ToHex(std::span(digest).first(16));
}

}  // namespace arena
