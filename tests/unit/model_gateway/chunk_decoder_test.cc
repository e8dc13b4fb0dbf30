#include "services/model-gateway/core/chunk_decoder.h"

namespace arena::model_gateway {
namespace {

std::string Delta(const std::string& content) {
  return R"({"choices":[{"index":0,"delta":{"content":")" + content + R"("}}]})";
}

std::string TextOf(const std::string& data) {
  ChunkDecoder decoder;
  const auto chunk = decoder.Decode(data);
  return chunk.has_value() ? chunk->text : "(garbage)";
}

TEST(ChunkDecoderTest, TextIsTheFirstChoicesContent) {
  EXPECT_EQ(TextOf(Delta("Hi \\u00e9\\n")), "Hi é\n");
  EXPECT_EQ(TextOf(R"({"choices":[{"delta":{"role":"assistant","content":null}}]})"), "");
  EXPECT_EQ(TextOf(R"({"choices":[]})"), "");
  EXPECT_EQ(TextOf(R"({"object":"ping"})"), "");
}

TEST(ChunkDecoderTest, WhatIsNoJsonObjectIsGarbage) {
  for (const char* data : {"", "x", "[1]", "12", "{", R"({"choices":[)", "<html>"}) {
    EXPECT_EQ(TextOf(data), "(garbage)") << data;
  }
}

TEST(ChunkDecoderTest, HalvesOfCharactersAreHandedOn) {
  EXPECT_EQ(TextOf(Delta("a\xE2\x82")), "a\xE2\x82");
  EXPECT_EQ(TextOf(Delta("\xAC!")), "\xAC!");
  // Whole characters beside the half one stay what they are, escaped or not.
  EXPECT_EQ(TextOf(Delta("é\\u00e9\\ud83d\\ude00\xF0\x9F")), "éé😀\xF0\x9F");
  std::string all;
  for (int byte = 0x80; byte <= 0xFF; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(TextOf(Delta(all)), all);
}

TEST(ChunkDecoderTest, LoneHalvesOfSurrogatePairsAreReplaced) {
  EXPECT_EQ(TextOf(Delta("a\\ud83d")), "a\uFFFD");
  EXPECT_EQ(TextOf(Delta("\\ude00b\\\\ud83d")), "\uFFFDb\\ud83d");
}

TEST(ChunkDecoderTest, ReasonsSayHowTheReplyEnded) {
  const std::pair<const char*, SideEnd> cases[] = {
      {"stop", SideEnd::kComplete},
      {"end_turn", SideEnd::kComplete},
      {"length", SideEnd::kLength},
      {"max_tokens", SideEnd::kLength},
      {"content_filter", SideEnd::kFiltered},
      {"error", SideEnd::kFailed},
      {"insufficient_system_resource", SideEnd::kTruncated}};
  ChunkDecoder decoder;
  for (const auto& [reason, end] : cases) {
    const auto chunk = decoder.Decode(R"({"choices":[{"delta":{},"finish_reason":")" +
                                      std::string(reason) + R"("}]})");
    ASSERT_TRUE(chunk.has_value());
    EXPECT_EQ(chunk->end, end) << reason;
  }
  EXPECT_FALSE(decoder.Decode(R"({"choices":[{"delta":{},"finish_reason":null}]})")->end);
}

TEST(ChunkDecoderTest, UsageAndErrorsAreSeen) {
  ChunkDecoder decoder;
  EXPECT_EQ(decoder.Decode(R"({"choices":[],"usage":{"completion_tokens":17}})")->tokens, 17);
  EXPECT_FALSE(decoder.Decode(R"({"choices":[],"usage":null})")->tokens.has_value());
  EXPECT_FALSE(decoder.Decode(R"({"usage":{"completion_tokens":-4}})")->tokens.has_value());
  // More than any reply holds: two of these would overflow a vote's sum.
  EXPECT_FALSE(decoder.Decode(R"({"usage":{"completion_tokens":2147483647}})")->tokens.has_value());
  EXPECT_TRUE(decoder.Decode(R"({"error":{"message":"no"}})")->is_error);
  EXPECT_FALSE(decoder.Decode(R"({"error":null,"choices":[]})")->is_error);
}

}  // namespace
}  // namespace arena::model_gateway
