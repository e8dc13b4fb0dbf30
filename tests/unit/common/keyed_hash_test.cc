#include "common/base/keyed_hash.h"

#include <gtest/gtest.h>

#include "common/base/hex.h"

namespace arena {
namespace {

TEST(Sha256Test, AgreesWithThePublishedExample) {
  EXPECT_EQ(ToHex(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(KeyedHashTest, AgreesWithRfc4231) {
  EXPECT_EQ(ToHex(KeyedHash("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(KeyedHashTest, PseudonymIsTheFirstHalfAndDependsOnTheKey) {
  EXPECT_EQ(KeyedPseudonym("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c7");
  EXPECT_NE(KeyedPseudonym("a", "voter"), KeyedPseudonym("b", "voter"));
}

}  // namespace
}  // namespace arena
