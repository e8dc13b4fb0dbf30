#include "services/model-gateway/core/reply_reader.h"

#include "tests/support/seed.h"
#include "tests/unit/model_gateway/cuts.h"

namespace arena::model_gateway {
namespace {

std::string Event(const std::string& data) { return "data: " + data + "\n\n"; }
std::string Text(const std::string& content) {
  return Event(R"({"choices":[{"delta":{"content":")" + content + R"("}}]})");
}
std::string Finish(const std::string& reason) {
  return Event(R"({"choices":[{"delta":{},"finish_reason":")" + reason + R"("}]})");
}
const std::string kUsage = Event(R"({"choices":[],"usage":{"completion_tokens":3}})");
const std::string kDone = Event("[DONE]");
const std::string kError = Event(R"({"error":{"message":"model x is down"}})");

struct Outcome {
  std::string text;
  SideEnd end = SideEnd::kFailed;
  std::optional<int> tokens;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome Read(const std::vector<std::string>& pieces) {
  ChunkDecoder decoder;
  ReplyReader reader(decoder);
  Outcome outcome;
  for (const std::string& piece : pieces) {
    reader.Read(piece, outcome.text);
    EXPECT_TRUE(IsCleanUtf8(outcome.text));
  }
  outcome.end = reader.Close(outcome.text);
  outcome.tokens = reader.tokens();
  return outcome;
}

struct ReadingCase {
  const char* name;
  std::string body;
  Outcome outcome;
};

const ReadingCase kReadingCases[] = {
    {"Whole",
     Text("Hi") + Text(" you") + Finish("stop") + kUsage + kDone,
     {"Hi you", SideEnd::kComplete, 3}},
    {"WithoutUsage", Text("Hi") + Finish("stop") + kDone, {"Hi", SideEnd::kComplete, {}}},
    {"ReasonWithoutMarker", Text("Hi") + Finish("stop"), {"Hi", SideEnd::kComplete, {}}},
    {"MarkerWithoutReason", Text("Hi") + kDone, {"Hi", SideEnd::kComplete, {}}},
    {"Length", Text("Hi") + Finish("length") + kDone, {"Hi", SideEnd::kLength, {}}},
    {"Filtered", Text("Hi") + Finish("content_filter") + kDone, {"Hi", SideEnd::kFiltered, {}}},
    {"ClosedEarly", Text("Hi"), {"Hi", SideEnd::kTruncated, {}}},
    {"ClosedInTheMiddleOfAnEvent", Text("Hi") + "data: {\"cho", {"Hi", SideEnd::kTruncated, {}}},
    {"Nothing", "", {"", SideEnd::kTruncated, {}}},
    {"ErrorAfterText", Text("Hi") + kError + Text("no"), {"Hi", SideEnd::kFailed, {}}},
    {"GarbageAfterText", Text("Hi") + Event("%%%") + Text("no"), {"Hi", SideEnd::kFailed, {}}},
    {"ErrorAfterTheEndChangesNothing",
     Text("Hi") + Finish("stop") + kError,
     {"Hi", SideEnd::kComplete, {}}},
    {"NothingCountsAfterTheMarker",
     Text("Hi") + kDone + Text("no"),
     {"Hi", SideEnd::kComplete, {}}},
    {"CharacterCutBetweenEvents",
     Text("5 \xE2\x82") + Text("\xAC") + Finish("stop"),
     {"5 €", SideEnd::kComplete, {}}},
    {"BrokenCharacterAtTheEnd",
     Text("5 \xE2\x82") + Finish("stop") + kDone,
     {"5 \uFFFD", SideEnd::kComplete, {}}},
    {"EmptyReply", Finish("stop") + kDone, {"", SideEnd::kComplete, {}}},
};

TEST(ReplyReaderTest, AReplyIsCompleteOnlyIfTheProviderSaysSo) {
  for (const ReadingCase& each : kReadingCases)
    EXPECT_EQ(Read({each.body}), each.outcome) << each.name;
}

TEST(ReplyReaderTest, AnyCutOfTheBytesGivesTheSameReply) {
  SeededRandom random(testing::TestSeed());
  for (int round = 0; round < 100; ++round) {
    for (const ReadingCase& each : kReadingCases) {
      EXPECT_EQ(Read(CutAtRandom(each.body, 1 + round % 40, random)), each.outcome) << each.name;
    }
  }
}

TEST(ReplyReaderTest, ALineWithoutEndFails) {
  ChunkDecoder decoder;
  ReplyReader reader(decoder);
  std::string text;
  const std::string piece(64 * 1024, 'x');
  size_t bytes = 0;
  while (!reader.is_over() && bytes < 4 * limits::kProviderLineBytes) {
    reader.Read(piece, text);
    bytes += piece.size();
  }
  EXPECT_EQ(reader.Close(text), SideEnd::kFailed);
  EXPECT_LE(bytes, limits::kProviderLineBytes + piece.size());
}

}  // namespace
}  // namespace arena::model_gateway
