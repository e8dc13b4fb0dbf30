#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/unit/rating_model/scratch_file.h"
#include "tools/arenactl/rate/read_votes.h"

// Files as the public sets of arena votes come, with everything in them that can go wrong: made up
// here, in the schemas of the sets.
namespace arena::rate {
namespace {

using rating::PairTotals;

RatingInput Read(const std::string& content, const InputOptions& options = {},
                 bool is_compressed = false) {
  auto input = ReadVotes(ScratchFile(content, is_compressed).path(), options);
  if (!input.ok()) throw std::runtime_error(input.status().ToString());
  EXPECT_EQ(input->bad_rows().Describe(), "");
  return *std::move(input);
}

// Wins of a, wins of b, ties, both bad.
std::vector<int64_t> Counts(const RatingInput& input, const std::string& a, const std::string& b) {
  const PairTotals totals =
      input.counts().Totals(input.models().Find(a).value(), input.models().Find(b).value());
  return {totals.wins_a, totals.wins_b, totals.ties, totals.both_bad};
}
using Four = std::vector<int64_t>;

std::string WithCarriageReturns(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '\n' ? "\r\n" : std::string(1, c);
  return result;
}

// The same content in each wrapping that exports come in.
template <typename Check>
void InEveryWrapping(const std::string& content, const InputOptions& options, Check check) {
  const std::string mark = "\xef\xbb\xbf";
  check(Read(content, options));
  check(Read(content, options, /*is_compressed=*/true));
  check(Read(mark + content, options));
  check(Read(mark + content, options, /*is_compressed=*/true));
  check(Read(WithCarriageReturns(content), options));
  check(Read(mark + WithCarriageReturns(content) + "\r\n\r\n", options));
  check(Read(content + "\n\n\n", options));
}

// One JSON array, indented; not all votes blind; names of all scripts.
TEST(PublicSetsTest, FastChatCleanBattle) {
  const std::string battles = R"json([
  {
    "question_id": "58210e39b3fd4441a2bd4a518bb44c2d",
    "model_a": "chatglm-6b", "model_b": "koala-13b", "winner": "model_b",
    "judge": "arena_user_973", "conversation_a": [{"content": "a } b ] \" { [", "role": "user"}],
    "turn": 1, "anony": true, "language": "English", "tstamp": 1682351591.1322
  },
  {
    "question_id": "2", "winner": "tie (bothbad)", "model_b": "koala-13b", "model_a": "chatglm-6b",
    "judge": null, "turn": 3, "anony": true, "language": "Chinese", "tstamp": 1.682351654e9,
    "is_code": false, "is_refusal": false, "dedup_tag": {"high_freq": false, "sampled": true},
    "category_tag": {"if_v0.1": {"if": true, "score": 4}, "math_v0.1": {"math": false}},
    "conv_metadata": {"sum_user_tokens": 12, "sum_assistant_a_tokens": 300,
      "sum_assistant_b_tokens": 100, "turns": 3,
      "header_count_a": {"h1": 0, "h2": 1, "h3": 2, "h4": 0, "h5": 0, "h6": 0},
      "header_count_b": {"h1": 0, "h2": 1, "h3": 0, "h4": 0, "h5": 0, "h6": 0},
      "list_count_a": {"ordered": 4, "unordered": 0}, "list_count_b": {"ordered": 0, "unordered": 4},
      "bold_count_a": {"**": 0, "__": 0}, "bold_count_b": {"**": 1, "__": 1}}
  },
  {"question_id": "3", "model_a": "koala-13b", "model_b": "chatglm-6b", "winner": "model_a",
    "judge": "u", "turn": 1, "anony": false, "language": "English", "tstamp": 1682352000},
  {"question_id": "4", "model_a": "koala-13b", "model_b": "\u6a21\u578b-\ud83d\ude00",
    "winner": "tie", "judge": "u", "turn": 1, "anony": true, "language": "\u4e2d\u6587",
    "tstamp": NaN, "score": [Infinity, -Infinity], "note": "NaN stays \"NaN\" and \ud83d is half"}
]
)json";
  InEveryWrapping(battles, {}, [](const RatingInput& input) {
    EXPECT_EQ(input.counts().total(), 3);
    EXPECT_EQ(input.left_out(), 1);
    EXPECT_EQ(Counts(input, "chatglm-6b", "koala-13b"), (Four{0, 1, 0, 1}));
    EXPECT_EQ(Counts(input, "koala-13b", "模型-😀"), (Four{0, 0, 1, 0}));
  });
  const RatingInput named = Read(battles, {.rules = {.include_named = true}});
  EXPECT_EQ(Counts(named, "chatglm-6b", "koala-13b"), (Four{0, 2, 0, 1}));
  EXPECT_EQ(Read(battles, {.category = "中文"}).counts().total(), 1);
}

// The same battles as one long line, as pandas and json.dump write them.
TEST(PublicSetsTest, AnArrayOnOneLine) {
  InEveryWrapping(R"([{"model_a":"a","model_b":"b","winner":"model_a","anony":true,"tstamp":1.5},)"
                  R"({"model_a":"a","model_b":"b","winner":"tie","anony":true,"tstamp":null}])",
                  {}, [](const RatingInput& input) {
                    EXPECT_EQ(Counts(input, "a", "b"), (Four{1, 0, 1, 0}));
                  });
}

TEST(PublicSetsTest, KaggleFiftyFiveThousand) {
  const std::string table =
      "id,model_a,model_b,prompt,response_a,response_b,winner_model_a,winner_model_b,winner_tie\n"
      "30192,gpt-4-1106-preview,gpt-4-0613,"
      "\"[\"\"Is it morally right to try, or not?\n\nmodel_a,model_b,winner\n\"\"]\","
      "\"[\"\"The question \\\"\"a, b\\\"\" is\n\n1. **one**,\n2. two\"\"]\",\"[null]\",1,0,0\n"
      "53567,koala-13b,\"gpt-4-0613\",\"[\"\"\"\"]\",\"\n\n,,\"\"\",,0,1,0\n"
      "65089,gpt-4-0613,\"m,\"\"x\"\" \xe2\x80\x93 \xf0\x9f\x98\x80\",p,r,r,0,0,1\n"
      "65090,koala-13b,gpt-4-0613,\"\",\"ends in a quote\"\"\",\"\"\"\",0.0,0.0,1.0\n";
  InEveryWrapping(table, {}, [](const RatingInput& input) {
    EXPECT_EQ(input.counts().total(), 4);
    EXPECT_EQ(Counts(input, "gpt-4-1106-preview", "gpt-4-0613"), (Four{1, 0, 0, 0}));
    EXPECT_EQ(Counts(input, "koala-13b", "gpt-4-0613"), (Four{0, 1, 1, 0}));
    EXPECT_EQ(Counts(input, "gpt-4-0613", "m,\"x\" – 😀"), (Four{0, 0, 1, 0}));
  });
}

TEST(PublicSetsTest, ColumnsMayStandInAnyOrder) {
  const std::vector<std::string> names = {"",        "winner_tie",     "model_b",       "prompt",
                                          "model_a", "winner_model_b", "winner_model_a"};
  const std::vector<std::string> values = {"0", "0", "b", "\"x,\ny\"", "a", "0", "1"};
  std::vector<size_t> order = {0, 1, 2, 3, 4, 5, 6};
  do {
    std::string header, row;
    for (const size_t c : order) {
      header += (header.empty() ? "" : ",") + (names[c].empty() ? "Unnamed: 0" : names[c]);
      row += (row.empty() ? "" : ",") + values[c];
    }
    const RatingInput input = Read(header + "\n" + row + "\n");
    ASSERT_EQ(Counts(input, "a", "b"), (Four{1, 0, 0, 0})) << header;
  } while (std::next_permutation(order.begin(), order.begin() + 5));
  EXPECT_EQ(Counts(Read(",winner,model_a,model_b\n0,tie,a,b\n1,model_b,a,b\n"), "a", "b"),
            (Four{0, 1, 1, 0}));
}

std::string Row140k(const std::string& winner, int order, const std::string& more = "") {
  return R"({"id":"x","model_a":"o3","model_b":"名","winner":")" + winner +
         R"(","evaluation_session_id":"s","evaluation_order":)" + std::to_string(order) +
         R"(,"conversation_a":[{"role":"user","content":[{"type":"text","text":"winner: {\"model_a\"","image":null}]}],)"
         R"("full_conversation":[{"user":{"role":"user"},"model_side_a":{"winner":"model_b"}}],)"
         R"("conv_metadata":{"turns":1,"sum_user_tokens":5,"context_a_tokens":0,)"
         R"("sum_assistant_b_tokens":100,"sum_assistant_a_tokens":300,)"
         R"("bold_count_a":{"**":1,"__":0},"bold_count_b":{"**":2,"__":1},)"
         R"("list_count_a":{"ordered":0,"unordered":3},"list_count_b":{"ordered":1,"unordered":0},)"
         R"("header_count_a":{"h1":0,"h2":0},"header_count_b":{"h1":0,"h2":0}},)"
         R"("category_tag":{"creative_writing_v0.1":{"creative_writing":true,"score":"yes"}},)"
         R"("language":"pl","is_code":false,"timestamp":"2025-06-05 10:11:12.345")" +
         more + "}\n";
}

TEST(PublicSetsTest, JsonLinesOfTheHundredAndFortyThousand) {
  const std::string rows = Row140k("model_a", 1) + Row140k("both_bad", 1) + Row140k("tie", 2) +
                           Row140k("model_b", 1, R"(,"extra":{"winner":[1,{"a":[]}],"x":-1e-7})");
  InEveryWrapping(rows, {.needs_style = true}, [](const RatingInput& input) {
    EXPECT_EQ(input.left_out(), 1);
    EXPECT_EQ(Counts(input, "o3", "名"), (Four{1, 1, 0, 1}));
    ASSERT_EQ(input.table().size(), 3u);
    for (uint32_t row = 0; row < 3; ++row) {
      EXPECT_EQ(input.table().rows(0).styles[row], (rating::StyleVector{0.5f, 0.0f, 0.5f, -0.5f}));
    }
  });
}

// The 33k and 100k sets: battles with both conversations and what moderation found.
TEST(PublicSetsTest, ThirtyThreeThousandAndHundredThousand) {
  const std::string row =
      R"json({"question_id":"a","model_a":"a","model_b":"b","winner":"tie (bothbad)",)json"
      R"("judge":"arena_user_1","conversation_a":[{"content":"{[\"\\","role":"user"},{"content":)"
      R"("\ud83d\ude00 \u2028","role":"assistant"}],"conversation_b":[],"turn":1,"anony":true,)"
      R"("language":"unknown","tstamp":1682351591.1322,"openai_moderation":{"categories":)"
      R"({"harassment":false,"self-harm/intent":false},"category_scores":{"harassment":1.0e-9},)"
      R"("flagged":false},"toxic_chat_tag":{"roberta-large":{"flagged":true,"probability":0.9},)"
      R"("t5-large":{"flagged":false,"score":-3.5}},"redacted":true})"
      "\n";
  std::string second = row;
  second.replace(second.find("tie (bothbad)"), 13, "model_b");
  InEveryWrapping(row + second, {}, [](const RatingInput& input) {
    EXPECT_EQ(Counts(input, "a", "b"), (Four{0, 1, 0, 1}));
  });
}

TEST(PublicSetsTest, BooleansOfPandasInCsv) {
  InEveryWrapping(
      "question_id,model_a,model_b,winner,judge,turn,anony,language,tstamp\n"
      "1,a,b,model_a,u,1,True,English,1682351591.1322\n"
      "2,a,b,tie (bothbad),u,1,True,,\n"
      "3,a,b,tie,u,2,False,German,1.0\n",
      {}, [](const RatingInput& input) {
        EXPECT_EQ(Counts(input, "a", "b"), (Four{1, 0, 0, 1}));
        EXPECT_EQ(input.left_out(), 1);
      });
}

}  // namespace
}  // namespace arena::rate
