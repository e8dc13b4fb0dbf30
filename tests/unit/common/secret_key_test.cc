#include "common/base/secret_key.h"

#include <gtest/gtest.h>

#include <string>

namespace arena {
namespace {

TEST(SecretKeyTest, TakesThirtyTwoHexadecimalDigitsOrMore) {
  EXPECT_TRUE(CheckSecretKey("ARENA_BATTLE_KEY", std::string(32, 'a')).ok());
  EXPECT_TRUE(
      CheckSecretKey("ARENA_BATTLE_KEY", "0123456789abcdefABCDEF00112233445566778899").ok());
}

TEST(SecretKeyTest, TheErrorNamesTheVariableAndNeverTheValue) {
  for (const std::string& key : {std::string(), std::string(31, 'b'), std::string(40, 'z')}) {
    const absl::Status status = CheckSecretKey("ARENA_BATTLE_KEY", key);
    ASSERT_FALSE(status.ok());
    const std::string message(status.message());
    EXPECT_NE(message.find("ARENA_BATTLE_KEY"), std::string::npos);
    EXPECT_TRUE(key.empty() || message.find(key) == std::string::npos);
  }
}

}  // namespace
}  // namespace arena
