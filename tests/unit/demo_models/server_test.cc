#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/unit/demo_models/http_client.h"
#include "tools/demo-models/core/answer.h"
#include "tools/demo-models/server/demo_server.h"

namespace arena::demo {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class DemoServerTest : public ::testing::Test {
 protected:
  static std::unique_ptr<DemoServer> StartServer(double speed = 0) {
    auto server = DemoServer::Start({.seed = 5, .speed = speed});
    return server.ok() ? *std::move(server) : nullptr;
  }
  void SetUp() override { ASSERT_NE(server_, nullptr); }

  const std::unique_ptr<DemoServer> server_ = StartServer();
};

TEST_F(DemoServerTest, StreamsTheAnswerOfEveryModel) {
  CurlClient client(server_->port());
  for (const Profile& profile : kProfiles) {
    const CurlResult result = client.Chat(profile.name, "What is 17 + 26?");
    EXPECT_EQ(result.code, 0);
    EXPECT_EQ(result.status, 200);
    EXPECT_THAT(result.content_type, HasSubstr("text/event-stream"));
    EXPECT_EQ(StreamedText(result.body),
              Answer(profile, 5, {{"user", "What is 17 + 26?"}}, 4096).Text());
    EXPECT_EQ(EventData(result.body).back(), "[DONE]");
  }
  EXPECT_EQ(server_->GetStats().Total().completed, 6);
}

TEST_F(DemoServerTest, KeepsTheConnectionForTheNextRequest) {
  CurlClient client(server_->port());
  EXPECT_EQ(client.Chat("aspen-chat", "1 + 1").new_connections, 1);
  EXPECT_EQ(client.Chat("birch-tiny", "1 + 1").new_connections, 0);
  EXPECT_EQ(client.Get("/healthz").new_connections, 0);
}

TEST_F(DemoServerTest, AnswersWithoutStream) {
  CurlClient client(server_->port());
  const CurlResult result =
      client.Post("/v1/chat/completions",
                  R"({"model":"maple-mini","messages":[{"role":"user","content":"17 + 26"}]})");
  EXPECT_EQ(result.content_type, "application/json");
  EXPECT_EQ(json::parse(result.body)["choices"][0]["message"]["content"],
            Answer(*FindProfile("maple-mini"), 5, {{"user", "17 + 26"}}, 4096).Text());
}

TEST_F(DemoServerTest, TakesALongPrompt) {
  CurlClient client(server_->port());
  const CurlResult result = client.Chat("maple-mini", std::string(2 << 20, 'a'));
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(EventData(result.body).back(), "[DONE]");
}

TEST_F(DemoServerTest, RefusesATooLongBody) {
  CurlClient client(server_->port());
  EXPECT_EQ(client.Chat("maple-mini", std::string(5 << 20, 'a')).status, 413);
}

TEST_F(DemoServerTest, RefusesWhatIsNotHttp) {
  RawConnection connection(server_->port());
  connection.Send("hello\r\n\r\n");
  EXPECT_THAT(connection.ReadToEnd(), HasSubstr("HTTP/1.1 400 "));
  EXPECT_TRUE(connection.is_ended());
}

TEST_F(DemoServerTest, TakesARequestByteByByte) {
  RawConnection connection(server_->port());
  for (const char byte : ChatHttp(ChatBody("aspen-chat", "1 + 1"))) {
    connection.Send(std::string_view(&byte, 1));
  }
  EXPECT_THAT(connection.ReadUntil("[DONE]"), HasSubstr("[DONE]"));
}

TEST_F(DemoServerTest, AnswersRequestsThatCameTogetherInTheirOrder) {
  RawConnection connection(server_->port());
  connection.Send(ChatHttp(ChatBody("aspen-chat", "1 + 1")) +
                  "GET /healthz HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
  const std::string& received = connection.ReadToEnd();
  EXPECT_LT(received.find("[DONE]"), received.find("\"ok\""));
  EXPECT_TRUE(connection.is_ended());
}

TEST_F(DemoServerTest, APortThatIsTakenIsUnavailable) {
  const auto second = DemoServer::Start({.port = server_->port()});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(DemoServerTest, StopClosesStreamsUnderWay) {
  server_->ArmFault("aspen-chat", {FaultKind::kStallAfter, 1});
  RawConnection connection(server_->port());
  connection.Send(ChatHttp(ChatBody("aspen-chat", "1 + 1")));
  connection.ReadUntil("\"delta\":{\"content\":");
  server_->Stop();
  EXPECT_EQ(server_->GetStats().Total().closed_by_client, 0);
}

TEST_F(DemoServerTest, SpeedSetsThePace) {
  const auto slow = StartServer(/*speed=*/2);
  ASSERT_NE(slow, nullptr);
  const Reply reply = Answer(*FindProfile("birch-tiny"), 5, {{"user", "1 + 1"}}, 4096);
  std::chrono::microseconds natural{0};
  for (const Chunk& chunk : reply.chunks) natural += chunk.delay;
  const auto begin = std::chrono::steady_clock::now();
  CurlClient(slow->port()).Chat("birch-tiny", "1 + 1");
  // Never sooner; how much later is the machine's affair.
  EXPECT_GE(std::chrono::steady_clock::now() - begin, natural / 2);
}

}  // namespace
}  // namespace arena::demo
