#include "tools/arenactl/votes/entry_line.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tools/arenactl/votes/vote_lines.h"

namespace arena::arenactl {
namespace {

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

constexpr char kVote[] = R"(
  position: 17 kind: VOTE_KIND_VOTE vote_id: "0123" turn: 1 model_left: "x" model_right: "y"
  choice: CHOICE_RIGHT rated: true language: "en" tags: "code" tags: "math" draw_probability: 0.1
  voter: "ab" style_left { tokens: 1 headers: 2 list_items: 3 bold_spans: 4 }
  style_right { tokens: 5 headers: 6 list_items: 7 bold_spans: 8 }
  vote_time { seconds: 1700000000 nanos: 120000000 })";

TEST(EntryLineTest, AVoteIsOneLineWithEverything) {
  EXPECT_EQ(
      LineOf(Entry(kVote)),
      R"({"position":17,"kind":"vote","vote_id":"0123","turn":1,"model_a":"x","model_b":"y",)"
      R"("winner":"model_b","rated":true,"reasons":[],"language":"en","tags":["code","math"],)"
      R"("voter":"ab","draw_probability":0.1,)"
      R"("tokens_a":1,"headers_a":2,"lists_a":3,"bolds_a":4,)"
      R"("tokens_b":5,"headers_b":6,"lists_b":7,"bolds_b":8,)"
      R"("time":"2023-11-14T22:13:20.12Z"})"
      "\n");
}

TEST(EntryLineTest, ARetractionNamesItsTargetAndReasonsHaveNames) {
  v1::VoteEntry entry = Entry(kVote);
  entry.set_kind(v1::VOTE_KIND_RETRACTION);
  entry.set_target_position(3);
  entry.set_rated(false);
  entry.add_unrated_reasons(v1::UNRATED_REASON_AFTER_REVEAL);
  entry.add_unrated_reasons(v1::UNRATED_REASON_REPLY_INCOMPLETE);
  const auto line = nlohmann::json::parse(LineOf(entry));
  EXPECT_EQ(line["kind"], "retraction");
  EXPECT_EQ(line["target"], 3);
  EXPECT_EQ(line["rated"], false);
  EXPECT_EQ(line["reasons"], nlohmann::json({"after_reveal", "reply_incomplete"}));
}

TEST(EntryLineTest, WhatIsSaidLaterStandsBehindTheVotesColumns) {
  v1::VoteEntry entry = Entry(kVote);
  entry.set_kind(v1::VOTE_KIND_RESTORATION);
  entry.set_target_position(3);
  entry.set_reason("it was \"us\"");
  entry.mutable_entry_time()->set_seconds(1'700'000'001);
  const auto restoration = nlohmann::json::parse(LineOf(entry));
  EXPECT_EQ(restoration["reason"], "it was \"us\"");
  EXPECT_EQ(restoration["entry_time"], "2023-11-14T22:13:21Z");
  EXPECT_FALSE(restoration.contains("new_tags"));

  entry.set_kind(v1::VOTE_KIND_ANNOTATION);
  entry.set_label_version(2);
  entry.set_new_language("fr");
  entry.add_new_tags("poem");
  const auto annotation = nlohmann::json::parse(LineOf(entry));
  EXPECT_EQ(annotation["label_version"], 2);
  EXPECT_EQ(annotation["language"], "en");
  EXPECT_EQ(annotation["new_language"], "fr");
  EXPECT_EQ(annotation["new_tags"], nlohmann::json({"poem"}));
  EXPECT_EQ(annotation["entry_time"], "2023-11-14T22:13:21Z");
}

TEST(EntryLineTest, AnyTextIsQuotedSoThatItComesBackAsItWas) {
  for (const std::string text : {"quote \" and \\", "line\nend", "caf\u00e9", "\x01"}) {
    v1::VoteEntry entry = Entry(kVote);
    entry.set_model_left(text);
    const std::string line = LineOf(entry);
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_EQ(nlohmann::json::parse(line)["model_a"], text);
  }
}

TEST(EntryLineTest, ProbabilitiesKeepTheirLastBit) {
  v1::VoteEntry entry = Entry(kVote);
  entry.set_draw_probability(1.0 / 15);
  EXPECT_EQ(nlohmann::json::parse(LineOf(entry))["draw_probability"].get<double>(), 1.0 / 15);
}

TEST(EntryLineTest, ARatedVoteCanBeImportedElsewhere) {
  for (const v1::Choice choice :
       {v1::CHOICE_LEFT, v1::CHOICE_RIGHT, v1::CHOICE_TIE, v1::CHOICE_BOTH_BAD}) {
    v1::VoteEntry entry = Entry(kVote);
    entry.set_choice(choice);
    const auto file = ParseVoteLines("export", LineOf(entry));
    ASSERT_TRUE(file.ok()) << file.status();
    EXPECT_EQ(static_cast<int>(file->votes[0].choice), static_cast<int>(choice));
    EXPECT_EQ(file->votes[0].language, "en");
    EXPECT_EQ(file->votes[0].voter, "ab");
  }
}

}  // namespace
}  // namespace arena::arenactl
