#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>

#include "tests/unit/rating_model/scratch_file.h"
#include "tools/arenactl/rate/command.h"

namespace arena::rate {
namespace {

struct Outcome {
  int code = 0;
  std::string output;
  std::string errors;
};

Outcome Rate(const std::string& content, RateOptions options) {
  const ScratchFile file(content);
  options.path = file.path();
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Outcome outcome;
  outcome.code = RunRate(options);
  outcome.output = ::testing::internal::GetCapturedStdout();
  outcome.errors = ::testing::internal::GetCapturedStderr();
  return outcome;
}

constexpr const char* kVotes =
    "model_a,model_b,winner,language\na,b,model_a,en\na,b,model_b,en\na,b,tie,de\n";

TEST(RateCommandTest, ACategoryWithoutVotesIsAnErrorAndNoEmptyBoard) {
  const Outcome frob = Rate(kVotes, {.category = "frob"});
  EXPECT_EQ(frob.code, 1);
  EXPECT_EQ(frob.output, "");
  EXPECT_EQ(frob.errors, "arenactl rate: no rated vote has the tag or language frob\n");
  const Outcome german = Rate(kVotes, {.category = "de", .format = Format::kCsv});
  EXPECT_EQ(german.code, 0);
  EXPECT_NE(german.output.find("a,1000,"), std::string::npos);
}

constexpr const char* kPairCounts = R"({"models":["a","b"],"X":[[0,1]],"Y":[[5,3,2]]})";

TEST(RateCommandTest, WhatPairCountsCannotSayIsRefused) {
  const auto errors = [](const RateOptions& options) {
    const Outcome outcome = Rate(kPairCounts, options);
    EXPECT_EQ(outcome.code, outcome.errors.empty() ? 0 : 1);
    return outcome.errors;
  };
  EXPECT_EQ(errors({.category = "overall"}), "");
  EXPECT_EQ(errors({.category = "de"}),
            "arenactl rate: pair counts hold neither languages nor tags; --category needs votes\n");
  EXPECT_EQ(errors({.until = 1}),
            "arenactl rate: pair counts have no positions; --until needs votes\n");
  EXPECT_EQ(errors({.settings = {.weights = rating::Weights::kPropensity}}),
            "arenactl rate: pair counts hold no draw probabilities; --weights propensity needs "
            "votes\n");
  EXPECT_EQ(errors({.settings = {.left_coefficient = true}}),
            "arenactl rate: pair counts do not say who was on the left; --position needs votes\n");
}

TEST(RateCommandTest, TheBootstrapOfEloHasALimit) {
  RateOptions options;
  options.settings.method = rating::Method::kElo;
  options.settings.intervals = rating::Intervals::kBootstrap;
  options.has_intervals = true;
  const Outcome outcome =
      Rate(R"({"models":["a","b"],"X":[[0,1]],"Y":[[1000000000000,1,0]]})", options);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.errors,
            "arenactl rate: the bootstrap of Elo takes at most 100000000 votes, and these are "
            "1000000000001\n");
}

TEST(RateCommandTest, AColumnThatStandsTwiceIsRefused) {
  const auto errors = [](const std::string& header) {
    return Rate(header + "\na,b,left,x,x\n", {}).errors;
  };
  EXPECT_EQ(errors("model_a,model_b,winner,note,winner"),
            "arenactl rate: columns 3 (winner) and 5 (winner) of the first line mean the same; "
            "leave one out\n");
  EXPECT_EQ(errors("left,right,winner,model_b,note"),
            "arenactl rate: columns 2 (right) and 4 (model_b) of the first line mean the same; "
            "leave one out\n");
  EXPECT_EQ(errors("model_a,model_b,winner,note,note"), "") << "nobody looks at notes";
}

TEST(RateCommandTest, NoNameHoldsAControlCharacter) {
  const auto errors = [](const std::string& name) {
    const Outcome csv = Rate("model_a,model_b,winner\n" + name + ",b,tie\n", {});
    const Outcome json =
        Rate(R"({"model_a":"b","model_b":")" + name + R"(","winner":"tie"})" + "\n", {});
    EXPECT_EQ(csv.code, json.code);
    return csv.errors;
  };
  for (const std::string control : {"\x1f", "\x7f", "\xc2\x80", "\xc2\x9b", "\xc2\x9f"}) {
    EXPECT_NE(errors("a" + control).find("missing or invalid model name"), std::string::npos);
  }
  for (const std::string other : {" ", "~", "\xc2\xa0", "é", "\xe2\x82\xac"}) {
    EXPECT_EQ(errors("a" + other), "");
  }
  const Outcome counts =
      Rate("{\"models\":[\"a\xc2\x9b\",\"b\"],\"X\":[[0,1]],\"Y\":[[1,1,1]]}", {});
  EXPECT_EQ(counts.errors,
            "arenactl rate: the list models holds something that is no model name\n");
}

TEST(RateCommandTest, AKeyThatStandsTwiceIsABadRow) {
  EXPECT_EQ(Rate(R"({"model_a":"a","left":null,"model_b":"b","winner":"tie"})"
                 "\n",
                 {})
                .code,
            0);
  for (const std::string twice : {R"("winner":"left")", R"("left":"c")",
                                  R"("tokens_a":1,"conv_metadata":{"sum_assistant_a_tokens":2})"}) {
    EXPECT_EQ(Rate(R"({"model_a":"a","model_b":"b","winner":"tie",)" + twice + "}\n", {}).errors,
              "arenactl rate: 1 bad rows:\n1 × two keys mean the same (line 1)\n"
              "arenactl rate: nothing rated; --skip-bad rates the other rows\n");
  }
}

TEST(RateCommandTest, ARetractionRepeatsTheDrawProbabilityOfItsVote) {
  const auto rate = [](const std::string& of_vote, const std::string& of_retraction) {
    const std::string models = R"("model_a":"a","model_b":"b","winner":"tie")";
    return Rate(R"({"position":1,"kind":"vote",)" + models + of_vote + "}\n" +
                    R"({"position":2,"kind":"vote",)" + models + "}\n" +
                    R"({"position":3,"kind":"retraction","target":1,)" + models + of_retraction +
                    "}\n",
                {.format = Format::kJson});
  };
  const std::string half = R"(,"draw_probability":0.5)";
  for (const std::string other :
       {"", R"(,"draw_probability":0.25)", R"(,"draw_probability":0.5000000000000001)"}) {
    EXPECT_EQ(rate(half, other).errors,
              "arenactl rate: 1 bad rows:\n1 × differs from the vote that it is about (line 3)\n"
              "arenactl rate: nothing rated; --skip-bad rates the other rows\n");
    EXPECT_EQ(rate(other, half).code, 1);
  }
  EXPECT_EQ(rate(half, R"(,"draw_probability":5e-1)").errors, "");
  EXPECT_EQ(rate("", R"(,"draw_probability":0)").errors, "") << "0 says that there is none";
}

TEST(RateCommandTest, StyleCountsMatterToStyleControlOnly) {
  const std::string votes =
      "model_a,model_b,winner,tokens_a,headers_a,lists_a,bolds_a,tokens_b,headers_b,lists_b,"
      "bolds_b\na,b,tie,n/a,0,0,0,30,0,0,1\n";
  EXPECT_EQ(Rate(votes, {}).errors, "");
  EXPECT_EQ(Rate(votes, {.settings = {.clustered = true}}).errors, "");
  EXPECT_EQ(Rate(votes, {.settings = {.style_control = true}}).errors,
            "arenactl rate: 1 bad rows:\n1 × a style count is not a number from 0 to 1e9 (line 2)\n"
            "arenactl rate: nothing rated; --skip-bad rates the other rows\n");
}

// The least and the most that an option takes, as its help says: "2 to 1,000,000".
struct EndsInHelp {
  explicit EndsInHelp(const std::string& option) {
    CLI::App app;
    AddRateCommand(app);
    std::string help = app.get_subcommand("rate")->get_option(option)->get_description();
    std::erase(help, ',');
    const size_t begin = std::min(help.find_first_of("0123456789"), help.size());
    EXPECT_EQ(std::sscanf(help.c_str() + begin, "%lf%*[^0-9]%lf", &least, &most), 2) << help;
  }
  double least = 0;
  double most = 0;
};

TEST(RateCommandTest, HelpSaysTheRangesThatAreEnforced) {
  const auto takes = [](const rating::Settings& settings) { return Validate(settings).ok(); };
  const EndsInHelp rounds("--rounds");
  const auto takes_rounds = [&](double n) { return takes({.rounds = static_cast<int>(n)}); };
  EXPECT_TRUE(takes_rounds(rounds.least) && takes_rounds(rounds.most));
  EXPECT_FALSE(takes_rounds(rounds.least - 1) || takes_rounds(rounds.most + 1));
  const EndsInHelp threads("--threads");
  const auto takes_threads = [&](double n) { return takes({.threads = static_cast<int>(n)}); };
  EXPECT_TRUE(takes_threads(threads.least) && takes_threads(threads.most));
  EXPECT_FALSE(takes_threads(threads.least - 1) || takes_threads(threads.most + 1));
  const EndsInHelp k("--k");
  EXPECT_TRUE(takes({.k = std::nextafter(k.least, k.most)}) && takes({.k = k.most}));
  EXPECT_FALSE(takes({.k = k.least}) || takes({.k = std::nextafter(k.most, 2 * k.most)}));
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(
      takes({.gauge = rating::Gauge::kAnchor, .anchor_model = "a", .anchor_rating = kInfinity}));
}

TEST(RateCommandTest, SeedsBeyondTheRangeOfTheHelpAreRefused) {
  const auto parse = [](const std::string& seed) {
    CLI::App app;
    AddRateCommand(app);
    app.parse("rate /no/such/file --seed " + seed);
  };
  for (const std::string seed : {"-1", "18446744073709551616", "1.5", "x"}) {
    EXPECT_THROW(parse(seed), CLI::ValidationError) << seed;
  }
  ::testing::internal::CaptureStderr();
  EXPECT_THROW(parse("18446744073709551615"), CLI::RuntimeError) << "only the file is missing";
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "arenactl rate: cannot read /no/such/file: No such file or directory\n");
}

TEST(RateCommandTest, AFullDiskIsAnError) {
  const ScratchFile file(kVotes);
  const auto rate_to_full_disk = [&file] {
    if (std::freopen("/dev/full", "w", stdout) == nullptr) std::exit(2);
    // Without a buffer the write fails, and the flush has nothing left to fail at.
    std::setvbuf(stdout, nullptr, _IONBF, 0);
    std::exit(RunRate({.path = file.path()}));
  };
  EXPECT_EXIT(rate_to_full_disk(), ::testing::ExitedWithCode(1), "cannot write to standard output");
}

TEST(RateCommandTest, NoFormatIsTheHtmlReport) {
  const Outcome report = Rate(kVotes, {.format = std::nullopt});
  EXPECT_EQ(report.code, 0);
  EXPECT_TRUE(report.output.starts_with("<!doctype html>"));
  EXPECT_TRUE(report.output.ends_with("</html>\n"));
}

}  // namespace
}  // namespace arena::rate
