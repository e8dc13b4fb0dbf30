#include "services/model-gateway/provider/chat_request.h"

#include <cstdlib>
#include <nlohmann/json.hpp>

namespace arena::model_gateway {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Conversation TwoTurns() {
  Conversation conversation{.right_model = ModelId{2}};
  conversation.turns.push_back({.turn = 1,
                                .prompt = "one?",
                                .left = StoredReply{SideEnd::kComplete, "left one"},
                                .right = StoredReply{SideEnd::kLength, "right one"}});
  return conversation;
}

TEST(ChatRequestTest, AModelSeesItsOwnRepliesOnly) {
  std::vector<std::string> lines;
  for (const ChatMessage& message : MessagesFor(TwoTurns(), Side::kRight, "two?")) {
    lines.push_back(message.role + ": " + message.content);
  }
  EXPECT_THAT(lines, ElementsAre("user: one?", "assistant: right one", "user: two?"));
}

TEST(ChatRequestTest, BodyAsksForAStreamWithUsage) {
  const Endpoint endpoint{.url = "http://h/v1/", .remote_model = "m-1", .max_tokens = 77};
  const HttpRequest request = MakeChatRequest(endpoint, "", {{"user", "say \"é\"\n"}});
  EXPECT_EQ(request.url, "http://h/v1/chat/completions");
  const auto body = nlohmann::json::parse(request.body);
  EXPECT_EQ(body["model"], "m-1");
  EXPECT_EQ(body["stream"], true);
  EXPECT_EQ(body["stream_options"]["include_usage"], true);
  EXPECT_EQ(body["max_tokens"], 77);
  EXPECT_EQ(body["messages"][0]["content"], "say \"é\"\n");
  EXPECT_THAT(request.headers, Not(Contains(HasSubstr("Authorization"))));
}

TEST(ChatRequestTest, TheKeyComesFromTheEnvironmentAtTheTimeOfTheCall) {
  const Endpoint endpoint{.api_key_env = "ARENA_UNIT_TEST_PROVIDER_KEY"};
  EXPECT_EQ(FindApiKey(endpoint), std::nullopt);
  setenv("ARENA_UNIT_TEST_PROVIDER_KEY", "sesame", 1);
  EXPECT_EQ(FindApiKey(endpoint), "sesame");
  unsetenv("ARENA_UNIT_TEST_PROVIDER_KEY");
  EXPECT_EQ(FindApiKey(endpoint), std::nullopt);
  EXPECT_EQ(FindApiKey(Endpoint()), "");
  EXPECT_THAT(MakeChatRequest(endpoint, "sesame", {}).headers,
              Contains("Authorization: Bearer sesame"));
}

}  // namespace
}  // namespace arena::model_gateway
