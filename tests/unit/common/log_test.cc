#include "common/lifecycle/log.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace arena::lifecycle {
namespace {

nlohmann::json Parsed(std::string_view message, LogFields fields) {
  return nlohmann::json::parse("{" + FormatRecord(message, fields) + "}");
}

TEST(LogTest, RecordsAreJsonWithTypedFields) {
  const auto record = Parsed("Ready.", {{"port", 50051},
                                        {"tls", false},
                                        {"ms", 1.5},
                                        {"method", "VoteService/CastVote"},
                                        {"rows", size_t{7}}});
  EXPECT_EQ(record["message"], "Ready.");
  EXPECT_EQ(record["port"], 50051);
  EXPECT_EQ(record["tls"], false);
  EXPECT_EQ(record["ms"], 1.5);
  EXPECT_EQ(record["method"], "VoteService/CastVote");
  EXPECT_EQ(record["rows"], 7);
}

TEST(LogTest, QuotesAndControlCharactersAreEscaped) {
  const std::string text = "a\"b\\c\nd\te\x01\x1f é";
  EXPECT_EQ(Parsed(text, {})["message"], text);
}

TEST(LogTest, WhatIsNoUtf8IsReplacedSoThatTheLineStaysJson) {
  EXPECT_EQ(Parsed("x", {{"request_id", "half an \xC3"}})["request_id"], "half an \uFFFD");
}

TEST(LogTest, EmptyTextsAreLeftOut) {
  EXPECT_FALSE(Parsed("Call.", {{"reason", ""}}).contains("reason"));
}

TEST(LogTest, InfinitiesBecomeTexts) {
  EXPECT_EQ(Parsed("x", {{"v", std::numeric_limits<double>::infinity()}})["v"], "inf");
}

TEST(LogTest, UnknownLevelsAreRefused) {
  EXPECT_FALSE(InitLogging("test", "loud").ok());
  EXPECT_FALSE(InitLogging("test", "").ok());
}

TEST(LogTest, LinesCarryTimeLevelAndService) {
  ASSERT_TRUE(InitLogging("tester", "warn").ok());
  ::testing::internal::CaptureStderr();
  LogInfo("Not seen.");
  LogWarn("Seen.", {{"answer", 42}});
  LogCall({.method = "Not seen either."});
  const std::string output = ::testing::internal::GetCapturedStderr();
  ASSERT_TRUE(InitLogging("", "info").ok());
  const auto line = nlohmann::json::parse(output);
  EXPECT_EQ(line["service"], "tester");
  EXPECT_EQ(line["level"], "warning");
  EXPECT_EQ(line["message"], "Seen.");
  EXPECT_EQ(line["answer"], 42);
  EXPECT_TRUE(line["time"].get<std::string>().ends_with("Z"));
}

}  // namespace
}  // namespace arena::lifecycle
