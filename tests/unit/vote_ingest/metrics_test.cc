#include "services/vote-ingest/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arena::vote_ingest {
namespace {

using ::testing::HasSubstr;

TEST(VoteIngestMetricsTest, AnUnratedVoteCountsUnderEachOfItsReasonsOnce) {
  arena::metrics::Registry registry("vote-ingest");
  Metrics metrics(registry);
  Receipt receipt{.position = 1, .reasons = {UnratedReason::kFrequentPrompt}};
  metrics.Answered(Choice::kLeft, receipt);
  receipt.is_replay = true;
  metrics.Answered(Choice::kLeft, receipt);
  metrics.Answered(
      Choice::kTie,
      Receipt{.position = 2, .reasons = {UnratedReason::kAfterReveal, UnratedReason::kFlagged}});
  metrics.Answered(Choice::kTie, Receipt{.position = 3});

  const std::string text = registry.Text();
  const auto unrated = [](const std::string& reason, int count) {
    return "arena_vote_ingest_unrated_votes_total{reason=\"" + reason + "\"} " +
           std::to_string(count) + "\n";
  };
  EXPECT_THAT(text, HasSubstr(unrated("frequent_prompt", 1)));
  EXPECT_THAT(text, HasSubstr(unrated("after_reveal", 1)));
  EXPECT_THAT(text, HasSubstr(unrated("flagged", 1)));
  EXPECT_THAT(text, HasSubstr(unrated("identity_shown", 0)));
  EXPECT_THAT(text, HasSubstr("choice=\"left\",rated=\"false\"} 1\n"));
}

}  // namespace
}  // namespace arena::vote_ingest
