#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
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
