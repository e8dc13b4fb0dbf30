#include "tools/arenactl/votes/entry_parser.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>

#include "tools/arenactl/votes/entry_line.h"

namespace arena::arenactl {
namespace {

using ::testing::HasSubstr;

// All that rating makes use of.
constexpr char kVote[] = R"(
  position: 17 kind: VOTE_KIND_VOTE turn: 2 model_left: "x" model_right: "y"
  choice: CHOICE_BOTH_BAD rated: true language: "en" tags: "code" tags: "math"
  draw_probability: 0.1 voter: "ab"
  style_left { tokens: 1 headers: 2 list_items: 3 bold_spans: 4 }
  style_right { tokens: 5 headers: 6 list_items: 7 bold_spans: 8 }
  vote_time { seconds: 1700000000 nanos: 123456000 })";

v1::VoteEntry Entry(const std::string& text) {
  v1::VoteEntry entry;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &entry));
  return entry;
}

std::string LineOf(const v1::VoteEntry& entry) {
  std::string line;
  AppendEntryLine(entry, line);
  return line;
}

TEST(EntryParserTest, WhatWasWrittenReadsBack) {
  EntryParser parser;
  v1::VoteEntry entry = Entry(kVote);
  for (const auto kind :
       {v1::VOTE_KIND_VOTE, v1::VOTE_KIND_RETRACTION, v1::VOTE_KIND_RESTORATION}) {
    entry.set_kind(kind);
    entry.set_target_position(kind == v1::VOTE_KIND_VOTE ? 0 : 3);
    const auto parsed = parser.Parse(LineOf(entry));
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(parsed->ShortDebugString(), entry.ShortDebugString());
  }
}

TEST(EntryParserTest, AnAnnotationReadsBackWithTheNewLabels) {
  v1::VoteEntry entry = Entry(kVote);
  entry.set_kind(v1::VOTE_KIND_ANNOTATION);
  entry.set_target_position(3);
  entry.set_new_language("de");
  entry.add_new_tags("math");
  EntryParser parser;
  const auto parsed = parser.Parse(LineOf(entry));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->ShortDebugString(), entry.ShortDebugString());
}

TEST(EntryParserTest, TheFirstThingWrongIsNamed) {
  struct Case {
    const char* from;
    const char* to;
    const char* complaint;
  };
  const Case cases[] = {
      {"\"position\":17", "\"position\":\"17\"", "'position' is missing or not a whole number"},
      {"\"kind\":\"vote\"", "\"kind\":\"veto\"", "'kind' is missing or not a kind of entry"},
      {"\"both_bad\"", "\"neither\"", "'winner' is missing or not model_a, model_b"},
      {"\"model_b\":", "\"model_c\":", "'model_b' is missing or not text"},
      {"[\"code\",", "[7,", "'tags' is missing or not a list of texts"},
      {"\"tokens_b\":5", "\"tokens_b\":-5", "'tokens_b' is missing or not a count"},
      {"2023-11-14T", "2023-11-14 ", "'time' is missing or not a time by RFC 3339"},
      {"{", "[", "not a JSON object"},
  };
  EntryParser parser;
  for (const Case& wrong : cases) {
    std::string line = LineOf(Entry(kVote));
    line.replace(line.find(wrong.from), std::string(wrong.from).size(), wrong.to);
    const auto parsed = parser.Parse(line);
    EXPECT_TRUE(absl::IsInvalidArgument(parsed.status())) << line;
    EXPECT_THAT(std::string(parsed.status().message()), HasSubstr(wrong.complaint));
  }
}

}  // namespace
}  // namespace arena::arenactl
