#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/base/errors.h"
#include "common/base/hex.h"
#include "common/base/keyed_hash.h"
#include "common/rpc/grpc_status.h"
#include "tests/integration/rpc/test_certificates.h"
#include "tests/integration/rpc/test_server.h"
#include "tests/support/scratch_folder.h"

namespace arena::rpc {
namespace {

// A server with a certificate, and clients with and without one.
class TlsTest : public ::testing::Test {
 protected:
  TlsTest() {
    const CertificateFiles files = authority_.Issue("server");
    options_.server.tls_certificate_file = files.certificate;
    options_.server.tls_key_file = files.key;
    options_.server.api_keys_file = folder_.Write(
        "keys.yaml", "- {name: web, scope: frontend, sha256: " + ToHex(Sha256("web-key")) + "}\n" +
                         "- {name: gateway, scope: frontend, certificate: gateway}\n");
  }

  void StartServer() {
    server_ = std::make_unique<TestServer>(
        options_, TestHandlers{.create_battle = [](const Call& call, const auto&,
                                                   Responder<v1::CreateBattleResponse> respond) {
          v1::CreateBattleResponse response;
          response.mutable_battle()->set_battle_id(call.principal.name);
          respond(response);
        }});
    ASSERT_TRUE(server_->start_status().ok()) << server_->start_status();
  }

  // The principal that the server saw, or why the call failed.
  absl::StatusOr<std::string> CallWith(ChannelOptions channel_options) {
    channel_options.address = "127.0.0.1:" + std::to_string(server_->server().port());
    const auto channel = MakeChannel(channel_options);
    if (!channel.ok()) return channel.status();
    grpc::ClientContext context;
    SetDeadline(context, absl::Seconds(20));
    v1::CreateBattleResponse response;
    const grpc::Status status =
        v1::MatchmakerService::NewStub(*channel)->CreateBattle(&context, {}, &response);
    if (!status.ok()) return FromGrpcStatus(status);
    return response.battle().battle_id();
  }

  TestAuthority authority_;
  testing::ScratchFolder folder_;
  TestServerOptions options_;
  std::unique_ptr<TestServer> server_;
};

TEST_F(TlsTest, KeysTravelOverTls) {
  StartServer();
  EXPECT_EQ(*CallWith({.api_key = "web-key", .tls_ca_file = authority_.ca_file()}), "web");
  EXPECT_EQ(ReasonOf(CallWith({.tls_ca_file = authority_.ca_file()}).status()), "UNAUTHENTICATED");
}

TEST_F(TlsTest, PlainTextAndForeignAuthoritiesAreRefused) {
  StartServer();
  EXPECT_EQ(CallWith({.api_key = "web-key"}).status().code(), absl::StatusCode::kUnavailable);
  TestAuthority other;
  EXPECT_EQ(CallWith({.api_key = "web-key", .tls_ca_file = other.ca_file()}).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(TlsTest, ClientCertificateIsItsPrincipal) {
  options_.server.tls_client_ca_file = authority_.ca_file();
  StartServer();
  const auto call_as = [this](const std::string& name) {
    const CertificateFiles files = authority_.Issue(name);
    return CallWith({.tls_ca_file = authority_.ca_file(),
                     .tls_certificate_file = files.certificate,
                     .tls_key_file = files.key});
  };
  EXPECT_EQ(*call_as("gateway"), "gateway");
  EXPECT_EQ(ReasonOf(call_as("stranger").status()), "UNAUTHENTICATED");
  EXPECT_EQ(CallWith({.tls_ca_file = authority_.ca_file()}).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(TlsTest, KeysAndTlsAllowOtherAddressesThanLoopback) {
  options_.server.listen = "0.0.0.0:0";
  StartServer();
  EXPECT_EQ(*CallWith({.api_key = "web-key", .tls_ca_file = authority_.ca_file()}), "web");
}

TEST_F(TlsTest, MissingFilesAreNamed) {
  options_.server.tls_key_file = "/nonexistent/key.pem";
  EXPECT_THAT(std::string(TestServer(options_, {}).start_status().message()),
              ::testing::HasSubstr("/nonexistent/key.pem"));
  const auto channel = MakeChannel({.address = "127.0.0.1:1", .tls_ca_file = "/nonexistent/ca"});
  EXPECT_THAT(std::string(channel.status().message()), ::testing::HasSubstr("/nonexistent/ca"));
}

}  // namespace
}  // namespace arena::rpc
