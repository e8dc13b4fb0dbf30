#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/base/errors.h"
#include "common/base/hex.h"
#include "common/base/keyed_hash.h"
#include "common/rpc/grpc_status.h"
#include "tests/integration/rpc/test_server.h"
#include "tests/support/scratch_folder.h"

namespace arena::rpc {
namespace {

using ::testing::HasSubstr;

class AccessTest : public ::testing::Test {
 protected:
  TestServerOptions WithKeys() {
    TestServerOptions options;
    options.server.api_keys_file = folder_.Write(
        "keys.yaml", "- {name: web, scope: frontend, sha256: " + ToHex(Sha256("web-key")) + "}\n" +
                         "- {name: ops, scope: operator, sha256: " + ToHex(Sha256("ops-key")) +
                         "}\n");
    return options;
  }

  // Answers with the name of the principal.
  TestHandlers SayWhoCalls() {
    return {.create_battle = [](const Call& call, const auto&,
                                Responder<v1::CreateBattleResponse> respond) {
      v1::CreateBattleResponse response;
      response.mutable_battle()->set_battle_id(call.principal.name);
      respond(response);
    }};
  }

  // The principal's name, or why the call was refused.
  absl::StatusOr<std::string> CallAs(TestServer& server, const std::string& key) {
    grpc::ClientContext context;
    SetDeadline(context, absl::Seconds(20));
    v1::CreateBattleResponse response;
    const grpc::Status status = server.Matchmaker(key)->CreateBattle(&context, {}, &response);
    if (!status.ok()) return FromGrpcStatus(status);
    return response.battle().battle_id();
  }

  testing::ScratchFolder folder_;
};

TEST_F(AccessTest, KnownKeyIsItsPrincipal) {
  TestServer server(WithKeys(), SayWhoCalls());
  ASSERT_TRUE(server.start_status().ok()) << server.start_status();
  EXPECT_EQ(*CallAs(server, "web-key"), "web");
}

TEST_F(AccessTest, NoKeyOrAnUnknownOneIsUnauthenticated) {
  TestServer server(WithKeys(), SayWhoCalls());
  for (const char* key : {"", "web-key2", "WEB-KEY"}) {
    const auto refused = CallAs(server, key);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnauthenticated);
    EXPECT_EQ(ReasonOf(refused.status()), "UNAUTHENTICATED");
  }
}

TEST_F(AccessTest, KeyOfAnotherScopeIsDenied) {
  TestServer server(WithKeys(), SayWhoCalls());
  const auto refused = CallAs(server, "ops-key");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ReasonOf(refused.status()), "SCOPE_MISSING");
}

TEST_F(AccessTest, StreamsAreGuardedToo) {
  TestServer server(WithKeys(), {.export_votes = [](const Call&, const auto&, auto) {
                      ADD_FAILURE() << "an unknown caller got in";
                    }});
  grpc::ClientContext context;
  v1::ExportVotesResponse response;
  const auto reader = server.Votes()->ExportVotes(&context, {});
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(ReasonOf(FromGrpcStatus(reader->Finish())), "UNAUTHENTICATED");
}

TEST_F(AccessTest, LocalModeLetsEveryoneInWithAllScopes) {
  TestServerOptions options;
  options.create_battle_scope = Scope::kOperator;
  TestServer server(options, SayWhoCalls());
  EXPECT_EQ(*CallAs(server, ""), "local");
}

TEST_F(AccessTest, LocalModeStaysOnLoopbackUnlessToldToBeInsecure) {
  TestServerOptions options;
  options.server.listen = "0.0.0.0:0";
  TestServer refused(options, {});
  EXPECT_EQ(refused.start_status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.start_status().message()), HasSubstr("--insecure-listen"));
  options.server.insecure_listen = true;
  TestServer allowed(options, {});
  EXPECT_TRUE(allowed.start_status().ok()) << allowed.start_status();
}

TEST_F(AccessTest, KeysWithoutTlsStayOnLoopbackToo) {
  TestServerOptions options = WithKeys();
  options.server.listen = "0.0.0.0:0";
  EXPECT_FALSE(TestServer(options, {}).start_status().ok());
}

TEST_F(AccessTest, MissingKeyFileStopsTheStart) {
  TestServerOptions options;
  options.server.api_keys_file = "/nonexistent/keys.yaml";
  EXPECT_THAT(std::string(TestServer(options, {}).start_status().message()),
              HasSubstr("/nonexistent/keys.yaml"));
}

}  // namespace
}  // namespace arena::rpc
