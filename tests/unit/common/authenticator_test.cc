#include "common/rpc/callers/authenticator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/errors.h"
#include "common/base/hex.h"

namespace arena::rpc {
namespace {

std::string Caller(const std::string& name, const std::string& scope, const std::string& key) {
  return "- {name: " + name + ", scope: " + scope + ", sha256: " + ToHex(Sha256(key)) + "}\n";
}

TEST(AuthenticatorTest, KeysBelongToTheirPrincipals) {
  const auto authenticator =
      Authenticator::FromYaml(Caller("web", "frontend", "k1") + Caller("ops", "operator", "k2"));
  ASSERT_TRUE(authenticator.ok()) << authenticator.status();
  const auto web = authenticator->PrincipalOfKey("k1");
  ASSERT_TRUE(web.ok());
  EXPECT_EQ(web->name, "web");
  EXPECT_TRUE(RequireScope(*web, Scope::kFrontend).ok());
  EXPECT_EQ(ReasonOf(RequireScope(*web, Scope::kOperator | Scope::kService)), "SCOPE_MISSING");
  EXPECT_EQ(authenticator->PrincipalOfKey("k2")->name, "ops");
}

TEST(AuthenticatorTest, UnknownKeysAreRefused) {
  const auto authenticator = Authenticator::FromYaml(Caller("web", "frontend", "k1"));
  ASSERT_TRUE(authenticator.ok());
  for (const char* key : {"", "k", "k11", "K1"}) {
    EXPECT_EQ(ReasonOf(authenticator->PrincipalOfKey(key).status()), "UNAUTHENTICATED") << key;
  }
}

TEST(AuthenticatorTest, CertificateEntriesHaveNoKey) {
  const auto authenticator =
      Authenticator::FromYaml("- {name: gateway, scope: service, certificate: gateway.arena}\n");
  ASSERT_TRUE(authenticator.ok()) << authenticator.status();
  EXPECT_FALSE(authenticator->PrincipalOfKey("").ok());
}

TEST(AuthenticatorTest, MalformedFilesAreRefused) {
  const std::string good = Caller("web", "frontend", "k1");
  for (const std::string& text :
       {std::string(), std::string("name: web\n"), std::string("[1]\n"), good + good,
        good + "---\n",
        std::string("- {name: web, scope: root, sha256: ") + ToHex(Sha256("k")) + "}\n",
        std::string("- {name: web, scope: frontend}\n"),
        std::string("- {name: web, scope: frontend, sha256: abc}\n"),
        std::string("- {name: web, scope: frontend, key: k1}\n"),
        std::string("- {scope: frontend, sha256: ") + ToHex(Sha256("k")) + "}\n",
        std::string("- {name: a, scope: frontend, certificate: c, sha256: ") + ToHex(Sha256("k")) +
            "}\n"}) {
    EXPECT_FALSE(Authenticator::FromYaml(text).ok()) << text;
  }
}

TEST(AuthenticatorTest, MissingFileIsNamed) {
  const auto missing = Authenticator::FromFile("/nonexistent/keys.yaml");
  EXPECT_THAT(std::string(missing.status().message()),
              ::testing::HasSubstr("/nonexistent/keys.yaml"));
}

}  // namespace
}  // namespace arena::rpc
