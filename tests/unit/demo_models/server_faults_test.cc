#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/unit/demo_models/http_client.h"
#include "tools/demo-models/core/answer.h"
#include "tools/demo-models/server/demo_server.h"

namespace arena::demo {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPrompt[] = "What is 17 + 26?";

class ServerFaultsTest : public ::testing::Test {
 protected:
  static std::unique_ptr<DemoServer> StartServer() {
    auto server = DemoServer::Start({.seed = 5, .speed = 0, .has_faults = true});
    return server.ok() ? *std::move(server) : nullptr;
  }
  void SetUp() override { ASSERT_NE(server_, nullptr); }

  CurlResult Chat(const std::string& fault) {
    return CurlClient(server_->port()).Chat("aspen-chat!" + fault, kPrompt);
  }
  static std::string WholeText() {
    return Answer(*FindProfile("aspen-chat"), 5, {{"user", kPrompt}}, 4096).Text();
  }

  const std::unique_ptr<DemoServer> server_ = StartServer();
};

TEST_F(ServerFaultsTest, CutBreaksTheBodyForAnHttpClient) {
  const CurlResult result = Chat("cut-after=2");
  EXPECT_EQ(result.code, CURLE_PARTIAL_FILE);
  EXPECT_FALSE(StreamedText(result.body).empty());
  EXPECT_THAT(result.body, Not(HasSubstr("\"stop\"")));
}

TEST_F(ServerFaultsTest, NoDoneBreaksItAfterTheFinishReason) {
  const CurlResult result = Chat("no-done");
  EXPECT_EQ(result.code, CURLE_PARTIAL_FILE);
  EXPECT_EQ(StreamedText(result.body), WholeText());
  EXPECT_THAT(result.body, HasSubstr("\"stop\""));
}

TEST_F(ServerFaultsTest, EndIsCompleteHttpWithoutAFinishReason) {
  const CurlResult result = Chat("end-after=2");
  EXPECT_EQ(result.code, CURLE_OK);
  EXPECT_THAT(result.body, Not(HasSubstr("\"stop\"")));
}

TEST_F(ServerFaultsTest, HttpErrorsCarryTheirStatus) {
  for (const long status : {401L, 429L, 500L, 503L}) {
    const CurlResult result = Chat("http=" + std::to_string(status));
    EXPECT_EQ(result.status, status);
    EXPECT_THAT(result.body, HasSubstr("aspen-chat"));
  }
}

TEST_F(ServerFaultsTest, NotJsonIsAPage) {
  const CurlResult result = Chat("not-json");
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.content_type, "text/html");
}

TEST_F(ServerFaultsTest, HarmlessOnesKeepTheText) {
  for (const char* fault : {"fragment=1", "drip=0", "garbage-after=1"}) {
    const CurlResult result = Chat(fault);
    EXPECT_EQ(result.code, CURLE_OK);
    EXPECT_EQ(StreamedText(result.body), WholeText()) << fault;
  }
}

TEST_F(ServerFaultsTest, LeakSaysWhoItIs) {
  EXPECT_THAT(StreamedText(Chat("leak-identity").body), HasSubstr("I am aspen-chat"));
}

TEST_F(ServerFaultsTest, FloodArrivesWhole) {
  EXPECT_EQ(StreamedText(Chat("flood=5000000").body).size(), 5'000'000U + WholeText().size());
}

TEST_F(ServerFaultsTest, FloodWaitsForAClientThatDoesNotRead) {
  RawConnection connection(server_->port());
  connection.Send(ChatHttp(ChatBody("aspen-chat!flood=1073741824", kPrompt)));
  connection.ReadUntil("xxx");
  // Each call makes the server's only thread go round; a flood that did not wait would move on.
  CurlClient others(server_->port());
  int unmoved_calls = 0;
  int64_t deltas = 0;
  for (int calls = 0; calls < 20'000 && unmoved_calls < 100; ++calls) {
    ASSERT_EQ(others.Get("/healthz").status, 200);
    const int64_t now = server_->GetStats().Total().deltas_sent;
    unmoved_calls = now == deltas ? unmoved_calls + 1 : 0;
    deltas = now;
  }
  EXPECT_EQ(unmoved_calls, 100);
  EXPECT_EQ(server_->GetStats().Total().active, 1);
  connection.Close();
  EXPECT_TRUE(server_->WaitUntil(
      [](const Stats& stats) { return stats.Total().closed_by_client == 1; }, absl::Seconds(10)));
}

TEST_F(ServerFaultsTest, ArmingOverHttpStrikesRequestsThatDoNotKnow) {
  CurlClient client(server_->port());
  EXPECT_EQ(client.Post("/faults", R"({"model":"aspen-chat","fault":"http=500"})").status, 200);
  EXPECT_EQ(client.Chat("willow-medium", kPrompt).status, 200);
  EXPECT_EQ(client.Chat("aspen-chat", kPrompt).status, 500);
  EXPECT_EQ(client.Chat("aspen-chat", kPrompt).status, 200);
}

TEST_F(ServerFaultsTest, ArmingInProcessStrikesToo) {
  server_->ArmFault("aspen-chat", {FaultKind::kEmpty});
  EXPECT_EQ(StreamedText(CurlClient(server_->port()).Chat("aspen-chat", kPrompt).body), "");
}

}  // namespace
}  // namespace arena::demo
