#include "common/rpc/server/listen_address.h"

#include <gtest/gtest.h>

namespace arena::rpc {
namespace {

TEST(ListenAddressTest, OnlyThisMachinesAddressesAreLoopback) {
  for (const char* address : {"127.0.0.1:0", "127.9.9.9:5", "localhost:1", "[::1]:1", "unix:/x"}) {
    EXPECT_TRUE(IsLoopback(address)) << address;
  }
  for (const char* address : {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", ":1", "localhost.evil:1",
                              "127.evil.org:1", "127.0.0.1.evil.org:1", "example.org:1", ""}) {
    EXPECT_FALSE(IsLoopback(address)) << address;
  }
}

}  // namespace
}  // namespace arena::rpc
