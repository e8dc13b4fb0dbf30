#include "common/postgres/array_literal.h"

#include <gtest/gtest.h>

namespace arena {
namespace {

TEST(ArrayLiteralTest, EmptyArrayIsTwoBraces) { EXPECT_EQ(ArrayLiteral().Finish(), "{}"); }

TEST(ArrayLiteralTest, NumbersAreExact) {
  EXPECT_EQ(ArrayLiteral().Add(int64_t{-7}).Add(0.1).Add(1e300).Finish(), "{-7,0.1,1e+300}");
}

TEST(ArrayLiteralTest, TextIsQuotedSoThatNothingInItEndsTheElement) {
  EXPECT_EQ(ArrayLiteral().Add("a\"b\\c,{NULL}").Add("").AddNull().Finish(),
            R"({"a\"b\\c,{NULL}","",NULL})");
}

TEST(ArrayLiteralTest, TruthIsOneLetter) {
  EXPECT_EQ(ArrayLiteral().Add(true).Add(false).Finish(), "{t,f}");
}

}  // namespace
}  // namespace arena
