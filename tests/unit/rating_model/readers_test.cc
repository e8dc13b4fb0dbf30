#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "services/rating/model/intervals/rounds.h"
#include "tests/support/seed.h"
#include "tests/unit/rating_model/scratch_file.h"
#include "tests/unit/rating_model/testdata.h"
#include "tools/arenactl/rate/format.h"
#include "tools/arenactl/rate/html_report.h"
#include "tools/arenactl/rate/mended_json.h"
#include "tools/arenactl/rate/name_cache.h"
#include "tools/arenactl/rate/read_votes.h"
#include "tools/arenactl/rate/text_source.h"

namespace arena::rate {
namespace {

using rating::Outcome;
using rating::PairTotals;

RatingInput Read(const std::string& content, const InputOptions& options = {}) {
  auto input = ReadVotes(ScratchFile(content).path(), options);
  if (!input.ok()) throw std::runtime_error(input.status().ToString());
  return *std::move(input);
}

absl::Status ReadError(const std::string& content) {
  return ReadVotes(ScratchFile(content).path(), {}).status();
}

PairTotals Totals(const RatingInput& input, const std::string& a, const std::string& b) {
  return input.counts().Totals(input.models().Find(a).value(), input.models().Find(b).value());
}

TEST(CsvReaderTest, KnowsAllNamesOfWinners) {
  const RatingInput input = Read(
      "model_a,model_b,winner\na,b,model_a\na,b,left\na,b,model_b\nb,a,right\na,b,tie\n"
      "a,b,tie (bothbad)\na,b,both_bad\na,b,bothbad\n");
  const PairTotals totals = Totals(input, "a", "b");
  EXPECT_EQ(totals.wins_a, 3);
  EXPECT_EQ(totals.wins_b, 1);
  EXPECT_EQ(totals.ties, 1);
  EXPECT_EQ(totals.both_bad, 3);
  EXPECT_EQ(input.bad_rows().count(), 0);
}

TEST(CsvReaderTest, ExtraColumnsQuotesAndLineEndsDoNotMatter) {
  const RatingInput input = Read(
      "\xef\xbb\xbfid,\"left\",prompt,right,winner\r\n"
      "1,a,\"says \"\"hi\"\",\nthen goes\",b,left\r\n"
      "2,\"a\",plain,\"b\",\"right\"\r\n"
      "\n"
      "3,\"x,y\",,b,tie");
  EXPECT_EQ(Totals(input, "a", "b").wins_a, 1);
  EXPECT_EQ(Totals(input, "a", "b").wins_b, 1);
  EXPECT_EQ(Totals(input, "x,y", "b").ties, 1);
  EXPECT_EQ(input.bad_rows().Describe(), "");
}

TEST(CsvReaderTest, BadRowsAreCountedAndTheFirstOnesNamedByLine) {
  const RatingInput input = Read(
      "model_a,model_b,winner\n"
      "a,b,model_a\n"
      "a,a,model_a\n"  // line 3
      "a,b,\n"         // line 4
      "a,b\n"          // line 5
      ",b,tie\n"       // line 6
      "a,b,model_c\n"  // line 7
      "a\xff,b,tie\n"  // line 8
      "a,b,model_b\n");
  EXPECT_EQ(input.counts().total(), 2);
  EXPECT_EQ(input.bad_rows().count(), 6);
  EXPECT_EQ(input.bad_rows().Describe(),
            "1 × a model against itself (line 3)\n"
            "2 × missing or invalid model name (line 6, 8)\n"
            "2 × missing or unknown winner (line 4, 7)\n"
            "1 × wrong number of columns (line 5)\n");
}

TEST(CsvReaderTest, LineNumbersCountLinesWithinQuotes) {
  const RatingInput input = Read("model_a,model_b,winner,note\na,b,tie,\"1\n2\n3\"\na,a,tie,x\n");
  EXPECT_EQ(input.bad_rows().Describe(), "1 × a model against itself (line 5)\n");
}

TEST(CsvReaderTest, RefusesWhatIsNoTableOfVotes) {
  EXPECT_EQ(ReadError("x,y\n1,2\n").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReadError("").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReadError("model_a,model_b,winner\n\"a,b,tie\n").code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReadVotes("/no/such/file", {}).status().code(), absl::StatusCode::kNotFound);
}

TEST(CsvReaderTest, FastAndGeneralWayAgree) {
  rating::RoundRandom random(arena::testing::TestSeed(), 0);
  const std::string names[] = {"a",
                               "seven77",
                               "eighteee",
                               "exactly-16-bytes",
                               "exactly-16-bytez",
                               "a-name-that-is-longer-than-sixteen-bytes",
                               "a-name-that-is_longer-than-sixteen-bytes",
                               "é"};
  const char* winners[] = {"model_a", "model_b", "tie", "both_bad", "", "nobody"};
  std::string plain = "model_a,model_b,winner\n", quoted = plain;
  for (int n = 0; n < 60'000; ++n) {  // more than one block of the source
    const std::string left = names[random.Below(8)], right = names[random.Below(8)];
    const std::string winner = winners[random.Below(1000) ? random.Below(4) : random.Below(6)];
    const std::string end = random.Below(50) ? "\n" : "\r\n";
    plain += left + "," + right + "," + winner + end;
    quoted += "\"" + left + "\"," + right + "," + winner + end;
  }
  const RatingInput fast = Read(plain), general = Read(quoted);
  EXPECT_TRUE(fast.counts() == general.counts());
  EXPECT_EQ(fast.bad_rows().Describe(), general.bad_rows().Describe());
  EXPECT_GT(fast.bad_rows().count(), 1000);  // self-battles
  EXPECT_GT(fast.counts().total(), 40'000);
}

TEST(NameCacheTest, TellsNamesApartThatShareTheirEnds) {
  NameCache cache;
  for (uint32_t n = 0; n < 5000; ++n) {
    cache.Insert("same-head-" + std::to_string(n) + "-same-tail", n);
  }
  for (uint32_t n = 0; n < 5000; ++n) {
    ASSERT_EQ(cache.Find("same-head-" + std::to_string(n) + "-same-tail"), n);
  }
  EXPECT_EQ(cache.Find("same-head-5000-same-tail"), NameCache::kUnknown);
  const char blank[8] = {};
  EXPECT_EQ(cache.Find(std::string_view(blank, 0)), NameCache::kUnknown);
}

TEST(GzipTest, IsReadLikePlainText) {
  std::string text = "model_a,model_b,winner\n";
  for (int n = 0; n < 50'000; ++n) text += "a,b,model_a\n";
  const auto input = ReadVotes(ScratchFile(text, true).path(), {});
  ASSERT_TRUE(input.ok());
  EXPECT_EQ(input->counts().total(), 50'000);
}

// Each look begins a row anew, so that there may be few.
TEST(TextSourceTest, ARowOfManyBlocksIsLookedAtFewTimes) {
  constexpr size_t kBytes = 32 << 20;
  const ScratchFile file(std::string(kBytes, 'x'));
  const auto source = TextSource::Open(file.path());
  ASSERT_TRUE(source.ok()) << source.status();
  int looks = 0;
  while (*(*source)->DoubleWindow()) ++looks;
  EXPECT_EQ((*source)->Window().size(), kBytes);
  EXPECT_LE(looks, 10) << "log2 of 256 blocks, and some";
}

TEST(GzipTest, ADamagedFileIsNotTakenForAShortOne) {
  std::string text = "model_a,model_b,winner\n";
  rating::RoundRandom random(1, 0);
  for (int n = 0; n < 50'000; ++n) text += "a,b" + std::to_string(random.Below(100)) + ",model_a\n";
  const ScratchFile file(text, true);
  std::filesystem::resize_file(file.path(), std::filesystem::file_size(file.path()) / 2);
  EXPECT_FALSE(ReadVotes(file.path(), {}).ok());
}

TEST(JsonReaderTest, ReadsTheOwnLogWithRetractions) {
  const std::string log =
      R"({"position":1,"kind":"vote","model_a":"a","model_b":"b","winner":"model_a","rated":true})"
      "\n"
      R"({"position":2,"kind":"vote","model_a":"a","model_b":"b","winner":"both_bad","rated":true})"
      "\n"
      R"({"position":3,"kind":"vote","model_a":"a","model_b":"c","winner":"tie","rated":false})"
      "\n"
      R"({"position":4,"kind":"retraction","target":1,"model_a":"a","model_b":"b","winner":"model_a","rated":true})"
      "\n"
      R"({"position":5,"kind":"annotation","target":2,"labels":["x"]})"
      "\n"
      R"({"position":6,"kind":"restoration","target":1,"model_a":"a","model_b":"b","winner":"model_a","rated":true})"
      "\n";
  const RatingInput all = Read(log, {.elo_k = 32});
  EXPECT_EQ(all.counts().total(), 2);
  EXPECT_EQ(all.left_out(), 1);
  EXPECT_EQ(all.bad_rows().Describe(), "");
  const RatingInput before = Read(log, {.until = 4});
  EXPECT_EQ(before.counts().total(), 1);
  EXPECT_EQ(Totals(before, "a", "b").both_bad, 1);
}

// A log of four votes, each on pair a, b, and what was said about them later.
std::string LabelledLog() {
  const auto entry = [](int position, const std::string& kind, int target,
                        const std::string& winner, const std::string& tags,
                        const std::string& more = "") {
    return "{\"position\":" + std::to_string(position) + ",\"kind\":\"" + kind +
           "\",\"target\":" + std::to_string(target) +
           ",\"model_a\":\"a\",\"model_b\":\"b\",\"winner\":\"" + winner +
           "\",\"rated\":true,\"language\":\"en\",\"tags\":[" + tags + "]" + more + "}\n";
  };
  const std::string code = R"("code")";
  const std::string to_code = R"(,"new_language":"en","new_tags":["code"])";
  const std::string to_nothing = R"(,"new_language":"en","new_tags":[])";
  return entry(1, "vote", 0, "left", "") + entry(2, "vote", 0, "right", code) +
         entry(3, "vote", 0, "tie", "") + entry(4, "vote", 0, "both_bad", code) +
         entry(5, "annotation", 1, "left", "", to_code) +
         entry(6, "annotation", 2, "right", code, to_nothing) +
         entry(7, "retraction", 3, "tie", "") + entry(8, "annotation", 3, "tie", "", to_code) +
         entry(9, "restoration", 3, "tie", code) + entry(10, "retraction", 4, "both_bad", code);
}

TEST(JsonReaderTest, AnnotationsMoveVotesBetweenCategories) {
  const InputOptions keep_all = {.category = "code", .elo_k = 32, .needs_clusters = true};
  RatingInput input = Read(LabelledLog(), keep_all);
  EXPECT_EQ(input.bad_rows().Describe(), "");
  EXPECT_EQ(input.counts().total(), 2);
  EXPECT_EQ(Totals(input, "a", "b").wins_a, 1);
  EXPECT_EQ(Totals(input, "a", "b").ties, 1);
  std::vector<int64_t> counted;
  for (size_t chunk = 0; chunk < input.table().chunks(); ++chunk) {
    const rating::VoteTable::Rows rows = input.table().rows(chunk);
    for (uint32_t row = 0; row < rows.size; ++row) {
      const rating::VoteTable::Head& vote = rows.heads[row];
      if (vote.is_counted != 0) counted.push_back(static_cast<int64_t>(vote.position));
    }
  }
  EXPECT_EQ(counted, (std::vector<int64_t>{1, 3}));

  const std::string same = R"({"model_a":"a","model_b":"b","winner":"left","tags":["code"]})"
                           "\n"
                           R"({"model_a":"a","model_b":"b","winner":"tie","tags":["code"]})";
  EXPECT_EQ(input.elo().Ratings(), Read(same, keep_all).elo().Ratings());
  EXPECT_EQ(Read(LabelledLog(), {.until = 6, .category = "code"}).counts().total(), 2);
  EXPECT_EQ(Totals(Read(LabelledLog(), {.until = 6, .category = "code"}), "a", "b").both_bad, 1);
  EXPECT_EQ(Read(LabelledLog(), {.until = 8, .category = "code"}).counts().total(), 2);
  EXPECT_EQ(Read(LabelledLog()).counts().total(), 3) << "without a category labels say nothing";
}

TEST(JsonReaderTest, ALogThatContradictsItselfHasBadRows) {
  const RatingInput input = Read(
      R"({"position":2,"model_a":"a","model_b":"b","winner":"tie"})"
      "\n"
      R"({"position":2,"model_a":"a","model_b":"b","winner":"tie"})"
      "\n"
      R"({"position":3,"kind":"restoration","target":2,"model_a":"a","model_b":"b","winner":"tie"})"
      "\n"
      R"({"position":4,"kind":"retraction","target":9,"model_a":"a","model_b":"b","winner":"tie"})"
      "\n"
      "not json\n"
      "[1,2]\n"
      R"({"position":5,"kind":"poem"})");
  EXPECT_EQ(input.counts().total(), 1);
  EXPECT_EQ(input.bad_rows().Describe(),
            "2 × not a JSON object (line 5, 6)\n"
            "1 × position does not ascend (line 2)\n"
            "1 × restores what is not retracted (line 3)\n"
            "1 × target is not an earlier position (line 4)\n"
            "1 × unknown kind (line 7)\n");
}

// An entry on pair a, b.
std::string EntryAbout(int64_t position, const std::string& kind, int64_t target,
                       const std::string& more = R"("winner":"left")") {
  return "{\"position\":" + std::to_string(position) + ",\"kind\":\"" + kind +
         "\",\"target\":" + std::to_string(target) + ",\"model_a\":\"a\",\"model_b\":\"b\"," +
         more + "}\n";
}

TEST(JsonReaderTest, OnlyAVoteOfTheFileCanBeRetracted) {
  RatingInput none = Read(EntryAbout(2, "retraction", 1) + EntryAbout(3, "restoration", 1) +
                              EntryAbout(4, "annotation", 1, R"("winner":"left","new_tags":["x"])"),
                          {.elo_k = 32});
  EXPECT_EQ(none.counts().total(), 0);
  EXPECT_EQ(none.elo().Ratings().size(), 0u);
  EXPECT_EQ(none.bad_rows().Describe(),
            "3 × is about a vote that the file does not hold (line 1, 2, 3)\n");

  const RatingInput of_others =
      Read(EntryAbout(1, "vote", 0) + EntryAbout(2, "vote", 0, R"("winner":"nobody")") +
           EntryAbout(3, "retraction", 1) + EntryAbout(4, "retraction", 2) +
           EntryAbout(5, "retraction", 3));
  EXPECT_EQ(of_others.counts().total(), 0);
  EXPECT_EQ(of_others.bad_rows().Describe(),
            "2 × is about a vote that the file does not hold (line 4, 5)\n"
            "1 × missing or unknown winner (line 2)\n");
}

TEST(JsonReaderTest, ARetractionRepeatsItsVote) {
  const std::string swapped =
      R"({"position":3,"kind":"retraction","target":1,"model_a":"b","model_b":"a","winner":"left"})"
      "\n";
  const RatingInput input =
      Read(EntryAbout(1, "vote", 0) + EntryAbout(2, "retraction", 1, R"("winner":"tie")") +
           swapped + EntryAbout(4, "retraction", 1, R"("winner":"left","rated":false)"));
  EXPECT_EQ(input.counts().total(), 1);
  EXPECT_EQ(Totals(input, "a", "b").wins_a, 1);
  EXPECT_EQ(input.bad_rows().Describe(),
            "3 × differs from the vote that it is about (line 2, 3, 4)\n");

  const std::string code = R"("winner":"left","tags":["code"])";
  const RatingInput labels =
      Read(EntryAbout(1, "vote", 0) + EntryAbout(2, "retraction", 1, code), {.category = "code"});
  EXPECT_EQ(labels.counts().total(), 0);
  EXPECT_EQ(labels.bad_rows().count(), 1);
}

TEST(JsonReaderTest, AVoteThatIsLeftOutCanBeRetracted) {
  const std::string unrated = R"("winner":"tie","rated":false)";
  const std::string log = EntryAbout(1, "vote", 0) + EntryAbout(2, "vote", 0, unrated) +
                          EntryAbout(3, "retraction", 1) + EntryAbout(4, "retraction", 2, unrated) +
                          EntryAbout(5, "restoration", 1);
  for (const std::string category : {"", "de"}) {
    for (const int64_t until : {1, 4, 5}) {
      const RatingInput input = Read(log, {.until = until, .category = category, .elo_k = 32});
      EXPECT_EQ(input.bad_rows().Describe(), "");
      EXPECT_EQ(input.counts().total(), category.empty() && until != 4 ? 1 : 0);
    }
  }
}

TEST(JsonReaderTest, PositionsHave37Bits) {
  constexpr int64_t kEnd = int64_t{1} << 37;
  RatingInput input =
      Read(EntryAbout(kEnd - 2, "vote", 0) + EntryAbout(kEnd - 1, "retraction", kEnd - 2) +
               EntryAbout(kEnd, "vote", 0) + R"({"model_a":"a","model_b":"b","winner":"tie"})",
           {.elo_k = 32});
  EXPECT_EQ(input.counts().total(), 0);
  EXPECT_EQ(input.elo().Ratings(), (std::vector<double>{1000, 1000}));
  EXPECT_EQ(input.bad_rows().Describe(), "2 × position must be below 2^37 (line 3, 4)\n");
}

TEST(JsonReaderTest, LineNumbersCountBlankLinesAtTheBegin) {
  const RatingInput input = Read("\n \r\n\n" + EntryAbout(1, "vote", 0) + "\nno vote\n");
  EXPECT_EQ(input.bad_rows().Describe(), "1 × not a JSON object (line 6)\n");
  const RatingInput counts = Read("\n\n{\"models\":[\"a\",\"b\"],\"X\":[[0,1]],\"Y\":[[5,3,2]]}");
  EXPECT_EQ(counts.counts().total(), 10);
}

TEST(JsonReaderTest, AnArrayIsWholeAndAlone) {
  const std::string vote = R"({"model_a":"a","model_b":"b","winner":"tie"})";
  EXPECT_EQ(Read("[" + vote + "\n,\n" + vote + "]\n\n").counts().total(), 2);
  EXPECT_EQ(Read("[]").counts().total(), 0);
  const std::pair<std::string, std::string> cases[] = {
      {"[", "the file ends within the array"},
      {"[" + vote, "the file ends within the array"},
      {"[" + vote + ",", "the file ends within the array"},
      {"[" + vote.substr(0, 20), "the file ends within an object"},
      {"[" + vote + vote + "]", "record 2 of the array has no comma before it"},
      {"[" + vote + ",]", "record 2 of the array is not an object"},
      {"[" + vote + ",7]", "record 2 of the array is not an object"},
      {"[," + vote + "]", "record 1 of the array is not an object"},
      {"[" + vote + "]" + vote, "something follows the end of the array"}};
  for (const auto& [text, what] : cases) {
    EXPECT_NE(ReadError(text).message().find(what), absl::string_view::npos) << text;
  }
}

TEST(JsonReaderTest, FastChatBattlesAreRatedWhenAnonymous) {
  const std::string battles = R"json([
    {"question_id":"q1","model_a":"a","model_b":"b","winner":"model_a","judge":"u1","turn":1,
     "anony":true,"language":"English","tstamp":1.5},
    {"question_id":"q2","model_a":"a","model_b":"b","winner":"tie (bothbad)","judge":"u2","turn":2,
     "anony":false,"language":"German","tstamp":2.5}
  ])json";
  EXPECT_EQ(Read(battles).counts().total(), 1);
  EXPECT_EQ(Read(battles, {.rules = {.include_named = true}}).counts().total(), 2);
  EXPECT_EQ(
      Read(battles, {.rules = {.include_named = true}, .category = "German"}).counts().total(), 1);
}

TEST(CsvReaderTest, ReadsTheThreeColumnsOfThe55kSet) {
  const RatingInput input = Read(
      "id,model_a,model_b,prompt,response_a,response_b,winner_model_a,winner_model_b,winner_tie\n"
      "30192,gpt-4,b,\"[\"\"Is it, or\nnot?\"\"]\",\"[\"\"x\"\"]\",\"[\"\"y\"\"]\",1,0,0\n"
      "53567,gpt-4,b,p,x,y,0,1,0\n"
      "65089,gpt-4,b,p,x,y,0,0,1\n"
      "65090,gpt-4,b,p,x,y,1,0,1\n");
  EXPECT_EQ(Totals(input, "gpt-4", "b").wins_a, 1);
  EXPECT_EQ(Totals(input, "gpt-4", "b").wins_b, 1);
  EXPECT_EQ(Totals(input, "gpt-4", "b").ties, 1);
  EXPECT_EQ(input.bad_rows().count(), 1);
}

TEST(JsonReaderTest, ReadsTheMetadataOfThe140kSet) {
  const std::string row =
      R"({"id":"x","model_a":"a","model_b":"b","winner":"both_bad","evaluation_order":1,)"
      R"("conv_metadata":{"sum_assistant_a_tokens":300,"sum_assistant_b_tokens":100,)"
      R"("header_count_a":{"h1":1,"h2":2},"header_count_b":{"h1":1,"h2":0},)"
      R"("list_count_a":{"ordered":0,"unordered":0},"list_count_b":{"ordered":4,"unordered":0},)"
      R"("bold_count_a":{"**":0,"__":0},"bold_count_b":{"**":0,"__":0}}})";
  std::string second = row;
  second.replace(second.find("\"evaluation_order\":1"), 20, "\"evaluation_order\":2");
  const RatingInput input = Read(row + "\n" + second + "\n", {.needs_style = true});
  EXPECT_EQ(input.bad_rows().Describe(), "");
  EXPECT_EQ(input.counts().total(), 1);
  ASSERT_EQ(input.table().size(), 1u);
  EXPECT_EQ(input.table().rows(0).styles[0], (rating::StyleVector{0.5f, 0.5f, -1.0f, 0.0f}));
}

TEST(CsvReaderTest, StyleColumnsAndVotersAreKept) {
  const RatingInput input = Read(
      "model_a,model_b,winner,voter,draw_probability,tokens_a,headers_a,lists_a,bolds_a,tokens_b,"
      "headers_b,lists_b,bolds_b\n"
      "a,b,tie,u,0.25,10,0,0,0,30,0,0,1\n"
      "a,b,tie,v,,10,0,0,0,30,0,0,1\n"
      "a,b,tie,u,0.5,10,0,0,0,-3,0,0,1\n",
      {.needs_style = true, .needs_propensity = true});
  EXPECT_EQ(input.bad_rows().Describe(),
            "1 × a style count is not a number from 0 to 1e9 (line 4)\n");
  EXPECT_EQ(input.left_out(), 1);  // without probability
  ASSERT_EQ(input.table().size(), 1u);
  EXPECT_EQ(input.table().rows(0).styles[0][0], -0.5f);
  EXPECT_EQ(input.table().rows(0).weights[0], 4.0f);
}

TEST(PairCountsReaderTest, ReadsThreeOrFourOutcomesOnOneLineOrMany) {
  const RatingInput three = Read(R"({"models":["a","b"],"X":[[1,0]],"Y":[[5,3,2]]})");
  EXPECT_EQ(Totals(three, "b", "a").wins_a, 5);
  EXPECT_EQ(Totals(three, "b", "a").ties, 2);
  EXPECT_FALSE(three.is_ordered());
  const RatingInput four =
      Read("{\n\"models\":[\"a\",\"b\"],\n\"X\":[[0,1]],\n\"Y\":[[5,3,2,9]]}\n");
  EXPECT_EQ(Totals(four, "a", "b").both_bad, 9);
}

TEST(PairCountsReaderTest, WhatDoesNotFitIsRefusedOrABadRow) {
  EXPECT_FALSE(ReadError(R"({"models":["a","b"],"X":[[0,1]],"Y":[]})").ok());
  EXPECT_FALSE(ReadError(R"({"models":["a",7],"X":[[0,1]],"Y":[[1,2,3]]})").ok());
  const RatingInput input = Read(R"({"models":["a","b"],"X":[[0,1],[0,2],[1,1],[0,1],[0,1]],)"
                                 R"("Y":[[1,1,1],[1,1,1],[1,1,1],[1,-1,1],[1,1]]})");
  EXPECT_EQ(input.counts().total(), 3);
  EXPECT_EQ(input.bad_rows().count(), 4);
}

TEST(PairCountsReaderTest, AFileHoldsAtMostSoManyVotes) {
  std::string pairs, outcomes;
  for (int pair = 0; pair < 1001; ++pair) {
    pairs += pair == 0 ? "[0,1]" : ",[0,1]";
    outcomes += pair == 0 ? "[1000000000000,0,0]" : ",[1000000000000,0,0]";
  }
  const RatingInput input =
      Read(R"({"models":["a","b"],"X":[)" + pairs + R"(],"Y":[)" + outcomes + "]}");
  EXPECT_EQ(input.counts().total(), 1'000'000'000'000'000);
  EXPECT_EQ(input.bad_rows().Describe(), "1 × more than 10^15 votes in all (pair 1001)\n");
}

TEST(FormatTest, CsvQuotesNamesAndLeavesNothingOutOfNumbers) {
  rating::Leaderboard leaderboard{.votes = 2, .groups = 1};
  leaderboard.models.push_back(
      {.model = "a \"b\", c", .rating = 1000.1234567890123, .rank = 1, .votes = 2, .group = 1});
  leaderboard.models.push_back({.model = "d", .votes = 1});
  EXPECT_EQ(FormatLeaderboard(leaderboard, Format::kCsv),
            "rank,model,rating,lower,upper,votes,rank_lower,rank_upper,provisional,group\n"
            "1,\"a \"\"b\"\", c\",1000.1234567890123,,,2,0,0,false,1\n"
            "0,d,,,,1,0,0,false,0\n");
  EXPECT_NE(FormatLeaderboard(leaderboard, Format::kTable).find("not yet rated"),
            std::string::npos);
}

TEST(MendedJsonTest, ReplacesOnlyWhatJsonHasNoWordFor) {
  EXPECT_EQ(MendedJson(R"({"a":NaN,"b":[Infinity,-Infinity,-1],"NaN":"NaN \" NaN"})"),
            R"({"a":null,"b":[null,null,-1],"NaN":"NaN \" NaN"})");
  EXPECT_EQ(MendedJson(R"(["\ud83d\ude00\ud83d","\ude00 \\ud83d","\u00e9\ud83dx","\ud8)"),
            R"(["\ud83d\ude00\ufffd","\ufffd \\ud83d","\u00e9\ufffdx","\ud8)");
}

TEST(HtmlReportTest, ShowsEveryModelAndEscapesNames) {
  const RatingInput input = Read(
      "model_a,model_b,winner\n<b>&co,b,model_a\n<b>&co,b,model_b\n<b>&co,b,tie\nb,loser,left\n");
  const auto leaderboard = rating::ComputeLeaderboard({input.models(), input.counts()}, {});
  ASSERT_TRUE(leaderboard.ok());
  const std::string html = HtmlReport(*leaderboard, input.models(), input.counts());
  EXPECT_EQ(html.find("<b>"), std::string::npos);
  EXPECT_NE(html.find("&lt;b&gt;&amp;co against b: 50 %"), std::string::npos);
  EXPECT_NE(html.find("loser (provisional)</td><td>not yet rated</td>"), std::string::npos);
  // The plot and three matrices, and nothing from elsewhere.
  size_t plots = 0;
  for (size_t at = 0; (at = html.find("<svg", at)) != std::string::npos; ++at) ++plots;
  EXPECT_EQ(plots, 4u);
  EXPECT_EQ(html.find("http"), std::string::npos);
}

TEST(HtmlReportTest, ABoardWithoutRatedModelsHasNoPlots) {
  const RatingInput input = Read("model_a,model_b,winner\na,b,model_a\n");
  const auto leaderboard = rating::ComputeLeaderboard({input.models(), input.counts()}, {});
  ASSERT_TRUE(leaderboard.ok());
  EXPECT_EQ(HtmlReport(*leaderboard, input.models(), input.counts()).find("<svg"),
            std::string::npos);
}

}  // namespace
}  // namespace arena::rate
