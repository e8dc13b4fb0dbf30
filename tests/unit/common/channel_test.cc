#include "common/rpc/channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arena::rpc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ChannelTest, AnAddressHasAHostAndAPort) {
  for (const char* address :
       {"127.0.0.1:1", "[::1]:50051", "rating:65535", "dns:///rating:50054"}) {
    EXPECT_TRUE(MakeChannel({.address = address}).ok()) << address;
  }
  for (const char* address : {"", "rating", ":1", "rating:", "rating:0", "rating:-1",
                              "rating:65536", "rating:50054x", "rating:99999"}) {
    const absl::Status status = MakeChannel({.address = address}).status();
    EXPECT_THAT(std::string(status.message()), HasSubstr("HOST:PORT")) << address;
  }
}

// gRPC would end the process, with the key among its last words.
TEST(ChannelTest, AKeyThatIsNoHeaderIsRefusedAndNotRepeated) {
  for (const char* key : {"secret\n", "secret\r\n", "sec ret", "secr\u00e9t", "\x1bsecret"}) {
    const absl::Status status = MakeChannel({.address = "rating:1", .api_key = key}).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("sec")));
  }
  EXPECT_TRUE(MakeChannel({.address = "rating:1", .api_key = "aZ09-_.~+/="}).ok());
}

TEST(ChannelTest, HalfACertificateIsRefused) {
  const std::string here = __FILE__;
  const ChannelOptions halves[] = {{.tls_ca_file = here, .tls_certificate_file = here},
                                   {.tls_ca_file = here, .tls_key_file = here},
                                   {.tls_certificate_file = here, .tls_key_file = here}};
  for (ChannelOptions options : halves) {
    options.address = "rating:1";
    EXPECT_TRUE(absl::IsInvalidArgument(MakeChannel(options).status()));
  }
}

TEST(ChannelTest, AFolderIsNoFile) {
  const auto channel = MakeChannel({.address = "rating:1", .tls_ca_file = "/tmp"});
  EXPECT_THAT(std::string(channel.status().message()), HasSubstr("/tmp cannot be read"));
}

}  // namespace
}  // namespace arena::rpc
