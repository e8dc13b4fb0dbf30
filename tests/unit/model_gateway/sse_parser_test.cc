#include "services/model-gateway/core/sse_parser.h"

#include "tests/support/seed.h"
#include "tests/unit/model_gateway/cuts.h"

namespace arena::model_gateway {
namespace {

using Events = std::vector<std::string>;

Events Parse(const std::vector<std::string>& pieces, size_t max_bytes = 1'000) {
  SseParser parser(max_bytes);
  Events events;
  for (const std::string& piece : pieces) {
    const auto status = parser.Read(piece, [&](std::string_view data) {
      events.emplace_back(data);
      return true;
    });
    if (!status.ok()) events.push_back("too long");
  }
  return events;
}

struct StreamCase {
  const char* name;
  std::string bytes;
  Events events;
};

const StreamCase kStreamCases[] = {
    {"OneEvent", "data: a\n\n", {"a"}},
    {"NoSpace", "data:a\n\n", {"a"}},
    {"OnlyOneSpaceIsDropped", "data:  a\n\n", {" a"}},
    {"SeveralLines", "data: a\ndata: b\n\n", {"a\nb"}},
    {"EmptyData", "data\n\n", {""}},
    {"CarriageReturns", "data: a\r\rdata: b\r\r", {"a", "b"}},
    {"Both", "data: a\r\n\r\ndata: b\r\n\r\n", {"a", "b"}},
    {"Mixed", "data: a\r\n\ndata: b\n\r\n", {"a", "b"}},
    {"CommentsAndOtherFields", ": hi\nevent: x\nid: 1\nretry: 5\ndata: a\nfoo\n\n", {"a"}},
    {"EmptyLinesMakeNoEvents", "\n\n\r\n\ndata: a\n\n\n\n", {"a"}},
    {"ByteOrderMark",
     "\xEF\xBB\xBF"
     "data: a\n\n",
     {"a"}},
    {"UnfinishedEventIsDropped", "data: a\n\ndata: b\n", {"a"}},
    {"FieldNamesAreExact", "Data: a\n data: b\ndatax: c\n\n", {}},
};

TEST(SseParserTest, ReadsEventsAsTheStandardSays) {
  for (const StreamCase& each : kStreamCases)
    EXPECT_EQ(Parse({each.bytes}), each.events) << each.name;
}

TEST(SseParserTest, AnyCutOfTheBytesGivesTheSameEvents) {
  SeededRandom random(testing::TestSeed());
  for (int round = 0; round < 300; ++round) {
    for (const StreamCase& each : kStreamCases) {
      const auto pieces = CutAtRandom(each.bytes, 1 + round % 7, random);
      EXPECT_EQ(Parse(pieces), each.events) << each.name;
    }
  }
}

TEST(SseParserTest, TooLongALineIsRefusedWhileItIsComing) {
  EXPECT_EQ(Parse({"data: ", std::string(60, 'x'), std::string(60, 'x')}, 100),
            Events({"too long"}));
}

TEST(SseParserTest, TooLongAnEventOfShortLinesIsRefused) {
  std::string bytes;
  for (int i = 0; i < 20; ++i) bytes += "data: 1234567890\n";
  EXPECT_EQ(Parse({bytes}, 100), Events({"too long"}));
}

TEST(SseParserTest, StopsWhenTheReaderHasEnough) {
  SseParser parser(100);
  int events = 0;
  EXPECT_TRUE(
      parser.Read("data: a\n\ndata: b\n\n", [&](std::string_view) { return ++events < 1; }).ok());
  EXPECT_EQ(events, 1);
}

}  // namespace
}  // namespace arena::model_gateway
