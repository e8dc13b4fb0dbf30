#include "tools/demo-models/core/stream_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace arena::demo {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using Action = Step::Action;

// A reply of four chunks, ten milliseconds apart.
Answering FourChunks(const std::string& fault = "") {
  Answering answering;
  answering.id = "chatcmpl-1";
  answering.model = "some-model";
  answering.is_stream = true;
  for (const char* text : {"Good", " \"day\"", " to", " you\n"}) {
    answering.reply.chunks.push_back({text, 1, milliseconds(10)});
  }
  answering.reply.prompt_tokens = 3;
  answering.monotonic_us = [] { return int64_t{1234}; };
  if (!fault.empty()) answering.fault = ParseFault(fault);
  return answering;
}

struct Played {
  std::string bytes;
  std::vector<Step> steps;
  Action last = Action::kSend;
};

Played Play(Answering answering) {
  StreamScript script(std::move(answering));
  Played played;
  while (played.last == Action::kSend) {
    Step step = script.Next();
    played.last = step.action;
    played.bytes += step.bytes;
    played.steps.push_back(std::move(step));
  }
  return played;
}

// The data of the events, by the rules of server-sent events for line feeds alone.
std::vector<std::string> Data(const std::string& bytes) {
  std::vector<std::string> events;
  size_t at = 0;
  for (size_t end = bytes.find("\n\n"); end != std::string::npos; end = bytes.find("\n\n", at)) {
    const std::string event = bytes.substr(at, end - at);
    EXPECT_EQ(event.substr(0, 6), "data: ");
    events.push_back(event.substr(6));
    at = end + 2;
  }
  EXPECT_EQ(at, bytes.size());
  return events;
}

std::string TextOf(const std::string& bytes) {
  std::string text;
  for (const std::string& data : Data(bytes)) {
    if (data == "[DONE]") continue;
    const json event = json::parse(data);
    if (event.contains("choices") && !event["choices"].empty()) {
      text += event["choices"][0]["delta"].value("content", "");
    }
  }
  return text;
}

int Deltas(const Played& played) {
  int deltas = 0;
  for (const Step& step : played.steps) deltas += step.is_delta ? 1 : 0;
  return deltas;
}

TEST(StreamScriptTest, SendsRoleThenDeltasThenFinishThenDone) {
  const Played played = Play(FourChunks());
  EXPECT_EQ(played.last, Action::kEnd);
  const std::vector<std::string> data = Data(played.bytes);
  ASSERT_EQ(data.size(), 7U);
  EXPECT_EQ(json::parse(data[0])["choices"][0]["delta"]["role"], "assistant");
  EXPECT_EQ(json::parse(data[1])["choices"][0]["delta"]["content"], "Good");
  EXPECT_TRUE(json::parse(data[1])["choices"][0]["finish_reason"].is_null());
  EXPECT_EQ(json::parse(data[5])["choices"][0]["finish_reason"], "stop");
  EXPECT_EQ(data[6], "[DONE]");
  EXPECT_EQ(TextOf(played.bytes), "Good \"day\" to you\n");
}

TEST(StreamScriptTest, EveryEventNamesIdObjectAndModel) {
  for (const std::string& data : Data(Play(FourChunks()).bytes)) {
    if (data == "[DONE]") continue;
    const json event = json::parse(data);
    EXPECT_EQ(event["id"], "chatcmpl-1");
    EXPECT_EQ(event["object"], "chat.completion.chunk");
    EXPECT_EQ(event["model"], "some-model");
  }
}

TEST(StreamScriptTest, UsageComesBeforeDoneWhenAskedFor) {
  Answering answering = FourChunks();
  answering.has_usage = true;
  const std::vector<std::string> data = Data(Play(std::move(answering)).bytes);
  ASSERT_EQ(data.size(), 8U);
  EXPECT_TRUE(json::parse(data[1])["usage"].is_null());
  const json last = json::parse(data[6]);
  EXPECT_TRUE(last["choices"].empty());
  EXPECT_EQ(last["usage"]["prompt_tokens"], 3);
  EXPECT_EQ(last["usage"]["completion_tokens"], 4);
  EXPECT_EQ(last["usage"]["total_tokens"], 7);
}

TEST(StreamScriptTest, WithoutStreamTheBodyIsOneCompletion) {
  Answering answering = FourChunks();
  answering.is_stream = false;
  const Played played = Play(std::move(answering));
  const json body = json::parse(played.bytes);
  EXPECT_EQ(body["object"], "chat.completion");
  EXPECT_EQ(body["choices"][0]["message"]["content"], "Good \"day\" to you\n");
  EXPECT_EQ(body["choices"][0]["finish_reason"], "stop");
  EXPECT_EQ(body["usage"]["total_tokens"], 7);
  EXPECT_EQ(played.steps[0].delay, milliseconds(40));
}

TEST(StreamScriptTest, SpeedDividesDelaysAndZeroDropsThem) {
  Answering fast = FourChunks();
  fast.speed = 5;
  EXPECT_EQ(Play(std::move(fast)).steps[1].delay, milliseconds(2));
  Answering instant = FourChunks();
  instant.speed = 0;
  EXPECT_EQ(Play(std::move(instant)).steps[1].delay, milliseconds(0));
}

struct Broken {
  std::string fault;
  int deltas;
  Action last;
};

class BrokenStreamTest : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenStreamTest, StopsWhereTheFaultSays) {
  const Played played = Play(FourChunks(GetParam().fault));
  EXPECT_EQ(Deltas(played), GetParam().deltas);
  EXPECT_EQ(played.last, GetParam().last);
  EXPECT_THAT(played.bytes, Not(HasSubstr("[DONE]")));
}

INSTANTIATE_TEST_SUITE_P(Faults, BrokenStreamTest,
                         ::testing::Values(Broken{"stall-before-headers", 0, Action::kStall},
                                           Broken{"stall-before-first", 0, Action::kStall},
                                           Broken{"stall-after=2", 2, Action::kStall},
                                           Broken{"stall-after=99", 4, Action::kStall},
                                           Broken{"cut-after=0", 0, Action::kCut},
                                           Broken{"cut-after=3", 3, Action::kCut},
                                           Broken{"end-after=3", 3, Action::kEnd},
                                           Broken{"error-after=1", 1, Action::kEnd},
                                           Broken{"no-done", 4, Action::kCut}));

TEST(StreamFaultTest, StallBeforeHeadersSendsNothingAtAll) {
  EXPECT_EQ(Play(FourChunks("stall-before-headers")).bytes, "");
  EXPECT_THAT(Play(FourChunks("stall-before-first")).bytes, HasSubstr("assistant"));
}

TEST(StreamFaultTest, OnlyNoDoneSaysWhyItFinished) {
  EXPECT_THAT(Play(FourChunks("no-done")).bytes, HasSubstr("\"finish_reason\":\"stop\""));
  EXPECT_THAT(Play(FourChunks("end-after=4")).bytes, Not(HasSubstr("\"stop\"")));
}

TEST(StreamFaultTest, ErrorEventNamesModelAndKey) {
  const std::string bytes = Play(FourChunks("error-after=1")).bytes;
  const std::string message = json::parse(Data(bytes).back())["error"]["message"];
  EXPECT_THAT(message, HasSubstr("some-model"));
  EXPECT_THAT(message, HasSubstr(std::string(kFakeKey)));
}

TEST(StreamFaultTest, GarbageIsOneEventThatIsNoJsonAndTheRestFollows) {
  const Played played = Play(FourChunks("garbage-after=2"));
  const std::vector<std::string> data = Data(played.bytes);
  ASSERT_EQ(data.size(), 8U);
  EXPECT_FALSE(json::accept(data[3]));
  EXPECT_TRUE(json::accept(data[4]));
  EXPECT_EQ(data[7], "[DONE]");
}

TEST(StreamFaultTest, InvalidUtf8StandsInTheFirstDelta) {
  const std::string bytes = Play(FourChunks("invalid-utf8")).bytes;
  EXPECT_FALSE(json::accept(Data(bytes)[1]));
  EXPECT_THAT(bytes, HasSubstr("\x80\xff\xe2\x82Good"));
  EXPECT_THAT(bytes, EndsWith("[DONE]\n\n"));
}

TEST(StreamFaultTest, FloodHasExactlySoManyBytesInBoundedSteps) {
  StreamScript script(FourChunks("flood=1000000"));
  size_t x_bytes = 0;
  Step step = script.Next();
  for (; step.action == Action::kSend; step = script.Next()) {
    ASSERT_LT(step.bytes.size(), 20'000U);
    const std::string text = TextOf(step.bytes);
    x_bytes += static_cast<size_t>(std::count(text.begin(), text.end(), 'x'));
  }
  EXPECT_EQ(x_bytes, 1'000'000U);
  EXPECT_EQ(step.action, Action::kEnd);
}

TEST(StreamFaultTest, HugeLineIsOneDelta) {
  const Played played = Play(FourChunks("huge-line=300000"));
  EXPECT_EQ(Deltas(played), 1);
  EXPECT_EQ(TextOf(played.bytes).size(), 300'000U);
}

TEST(StreamFaultTest, DripSendsSingleCharactersAtItsOwnPace) {
  Answering answering = FourChunks("drip=250");
  answering.speed = 0;
  const Played played = Play(std::move(answering));
  EXPECT_EQ(Deltas(played), 18);
  EXPECT_EQ(played.steps[5].delay, milliseconds(250));
  EXPECT_EQ(TextOf(played.bytes), "Good \"day\" to you\n");
}

TEST(StreamFaultTest, FragmentsAreTheSameBytesInPieces) {
  const Played whole = Play(FourChunks());
  const Played pieces = Play(FourChunks("fragment=3"));
  EXPECT_EQ(pieces.bytes, whole.bytes);
  for (const Step& step : pieces.steps) EXPECT_LE(step.bytes.size(), 3U);
  EXPECT_EQ(Deltas(pieces), 4);
}

TEST(StreamFaultTest, QuirksAreLegalEventsWithTheSameText) {
  // Joins the data lines of each event as a reader of server-sent events does.
  std::string text;
  std::string data;
  const std::string bytes = Play(FourChunks("quirks")).bytes;
  EXPECT_THAT(bytes, HasSubstr(": keep-alive\r\n"));
  for (size_t at = 0; at < bytes.size();) {
    const size_t end = bytes.find("\r\n", at);
    ASSERT_NE(end, std::string::npos);
    const std::string line = bytes.substr(at, end - at);
    at = end + 2;
    if (line.starts_with("data:")) data += (data.empty() ? "" : "\n") + line.substr(5);
    if (!line.empty() || data.empty()) continue;
    if (data != "[DONE]") {
      const json event = json::parse(data);
      text += event["choices"][0]["delta"].value("content", "");
    }
    data.clear();
  }
  EXPECT_EQ(text, "Good \"day\" to you\n");
}

TEST(StreamFaultTest, FinishReasonsOfShortenedReplies) {
  EXPECT_THAT(Play(FourChunks("length")).bytes, HasSubstr("\"finish_reason\":\"length\""));
  EXPECT_EQ(Deltas(Play(FourChunks("length"))), 2);
  EXPECT_THAT(Play(FourChunks("content-filter")).bytes, HasSubstr("\"content_filter\""));
}

TEST(StreamFaultTest, EmptyFinishesWithoutText) {
  const Played played = Play(FourChunks("empty"));
  EXPECT_EQ(TextOf(played.bytes), "");
  EXPECT_EQ(Data(played.bytes).size(), 3U);
}

TEST(StreamFaultTest, StampSendsTheTime) {
  EXPECT_EQ(TextOf(Play(FourChunks("stamp")).bytes), "1234 1234 1234 1234 ");
}

TEST(StreamFaultTest, StampIsTakenAfterTheWait) {
  int64_t now_us = 1;
  Answering answering = FourChunks("stamp");
  answering.monotonic_us = [&] { return now_us; };
  StreamScript script(std::move(answering));
  EXPECT_THAT(script.Next().bytes, HasSubstr("assistant"));
  EXPECT_EQ(script.Next().delay, milliseconds(10));
  now_us = 10'001;
  EXPECT_EQ(TextOf(script.Next().bytes), "10001 ");
}

TEST(StreamFaultTest, WithoutStreamTheBodyBreaksInTheMiddle) {
  for (const auto& [fault, last] :
       {std::pair("cut-after=2", Action::kCut), std::pair("stall-after=2", Action::kStall)}) {
    Answering answering = FourChunks(fault);
    answering.is_stream = false;
    const Played played = Play(std::move(answering));
    EXPECT_EQ(played.last, last);
    EXPECT_FALSE(json::accept(played.bytes));
    EXPECT_FALSE(played.bytes.empty());
  }
}

}  // namespace
}  // namespace arena::demo
