#include <gtest/gtest.h>

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

TEST(RateCommandTest, NoFormatIsTheHtmlReport) {
  const Outcome report = Rate(kVotes, {.format = std::nullopt});
  EXPECT_EQ(report.code, 0);
  EXPECT_TRUE(report.output.starts_with("<!doctype html>"));
  EXPECT_TRUE(report.output.ends_with("</html>\n"));
}

}  // namespace
}  // namespace arena::rate
