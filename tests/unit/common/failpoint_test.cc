#include "common/base/failpoint.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdio>

namespace arena {
namespace {

class FailpointTest : public ::testing::Test {
 protected:
  void TearDown() override { ArmFailpoints(""); }
};

TEST_F(FailpointTest, UnarmedItDoesNothing) {
  for (int pass = 0; pass < 100; ++pass) Failpoint("test", "place");
}

TEST_F(FailpointTest, TheNthPassOfTheNamedPlaceEndsTheProcess) {
  ASSERT_TRUE(ArmFailpoints("test.place=die@3"));
  const auto pass_until_death = [] {
    for (int pass = 1; pass <= 2; ++pass) Failpoint("test", "place");
    for (int pass = 1; pass <= 9; ++pass) Failpoint("test", "another-place");
    std::fprintf(stderr, "still alive; ");
    Failpoint("test", "place");
    std::fprintf(stderr, "too late");
  };
  EXPECT_EXIT(pass_until_death(), ::testing::KilledBySignal(SIGKILL),
              "still alive; The failpoint test.place is reached.\n$");
}

TEST_F(FailpointTest, SeveralPlacesAreArmedAtOnce) {
  ASSERT_TRUE(ArmFailpoints("test.one=die@7,test.two=die@1"));
  EXPECT_EXIT(Failpoint("test", "two"), ::testing::KilledBySignal(SIGKILL), "test.two is reached");
}

TEST_F(FailpointTest, WhatCannotBeReadArmsNothing) {
  for (const char* text : {"test.place", "test.place=die", "test.place=die@", "test.place=die@0",
                           "test.place=sing@1", "=die@1", "test.place=die@1,nonsense"}) {
    EXPECT_FALSE(ArmFailpoints(text)) << text;
    Failpoint("test", "place");
  }
}

}  // namespace
}  // namespace arena
