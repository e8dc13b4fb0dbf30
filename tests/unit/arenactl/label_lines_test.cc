#include "tools/arenactl/votes/label_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arena::arenactl {
namespace {

using ::testing::ElementsAre;

TEST(LabelLinesTest, EachLineIsTheLabelsOfOneVote) {
  const auto labels =
      ParseLabelLines("labels", R"({"position":7,"language":"de","tags":["code","math"]}

{"position":3,"tags":[]})");
  ASSERT_TRUE(labels.ok()) << labels.status();
  ASSERT_EQ(labels->size(), 2u);
  EXPECT_EQ((*labels)[0].position(), 7);
  EXPECT_EQ((*labels)[0].language(), "de");
  EXPECT_THAT((*labels)[0].tags(), ElementsAre("code", "math"));
  EXPECT_EQ((*labels)[1].language(), "");
  EXPECT_TRUE((*labels)[1].tags().empty());
}

TEST(LabelLinesTest, TheFirstBadLineIsNamed) {
  const std::pair<std::string, std::string> cases[] = {
      {"nothing", "not a JSON object; each line is the labels of one vote"},
      {R"({"tags":[]})", "'position' must be that of a vote"},
      {R"({"position":-1,"tags":[]})", "'position' must be that of a vote"},
      {R"({"position":2})", "'tags' is missing; [] takes all tags away"},
      {R"({"position":2,"tags":"code"})", "'tags' must be a list of texts"},
      {R"({"position":2,"tags":[1]})", "'tags' must be a list of texts"},
      {R"({"position":2,"tags":[],"language":1})", "'language' must be text"},
      {R"({"position":2,"tags":[],"lang":"de"})", "'lang' is not one of position, language, tags"},
      {R"({"position":1,"tags":[]})", "position 1 comes twice"},
  };
  for (const auto& [line, what] : cases) {
    const auto labels = ParseLabelLines("labels", "{\"position\":1,\"tags\":[]}\n" + line);
    EXPECT_EQ(labels.status().message(), "labels:2: " + what + "; nothing was labelled.") << line;
  }
  EXPECT_EQ(ParseLabelLines("labels", "\n").status().message(),
            "labels: there are no labels in it.");
}

}  // namespace
}  // namespace arena::arenactl
