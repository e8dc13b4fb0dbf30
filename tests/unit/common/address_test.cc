#include "common/rpc/address.h"

#include <gtest/gtest.h>

namespace arena::rpc {
namespace {

TEST(AddressTest, ThePortIsWhatFollowsTheLastColon) {
  EXPECT_EQ(PortOf("127.0.0.1:0"), 0);
  EXPECT_EQ(PortOf("[::1]:50051"), 50'051);
  EXPECT_EQ(PortOf(":65535"), 65'535);
  for (const char* address : {"", "x", "x:", "x:-1", "x:65536", "x:1y", "x: 1", "x:+1", "1"}) {
    EXPECT_EQ(PortOf(address), std::nullopt) << address;
  }
}

TEST(AddressTest, OnlyThisMachinesAddressesAreLoopback) {
  for (const char* address : {"127.0.0.1:0", "127.9.9.9:5", "localhost:1", "[::1]:1"}) {
    EXPECT_TRUE(IsLoopback(address)) << address;
  }
  for (const char* address :
       {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", ":1", "localhost.evil:1", "127.evil.org:1",
        "127.0.0.1.evil.org:1", "example.org:1", "unix:/x", ""}) {
    EXPECT_FALSE(IsLoopback(address)) << address;
  }
}

}  // namespace
}  // namespace arena::rpc
