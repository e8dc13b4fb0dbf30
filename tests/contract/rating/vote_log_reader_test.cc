#include "services/rating/storage/vote_log_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/errors.h"
#include "common/base/random.h"
#include "tests/support/seed.h"
#include "tests/support/test_postgres.h"
#include "tests/support/vote_log_writer.h"

namespace arena::rating {
namespace {

using testing::TestVote;

class VoteLogReaderTest : public ::testing::Test {
 protected:
  testing::TestDatabase test_database_;
  testing::VoteLogWriter writer_{test_database_.conninfo()};
  const ModelId alpha_ = writer_.AddModel("alpha");
  const ModelId beta_ = writer_.AddModel("beta");
  // With the rights that the service has.
  VoteLogReader reader_{{.conninfo = test_database_.conninfo("arena_rating")}};
};

TEST_F(VoteLogReaderTest, ReadsEveryColumnOfAVote) {
  writer_.Append({{TestVote{.left = alpha_,
                            .right = beta_,
                            .choice = Choice::kBothBad,
                            .turn = 2,
                            .language = "de",
                            .tags = "code,refusal,something-else",
                            .voter = "0123456789abcdef0123456789abcdef",
                            .left_style = {1, 2, 3, 4},
                            .right_style = {5, 6, 7, 8}}}});
  const auto page = reader_.ReadAfter(0, 10);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->head_position, 1);
  ASSERT_EQ(page->entries.size(), 1u);
  const LogEntry& vote = page->entries[0];
  EXPECT_EQ(vote.position, 1);
  EXPECT_EQ(vote.kind, VoteKind::kVote);
  EXPECT_EQ(vote.target_position, 0);
  EXPECT_EQ(vote.left_model, alpha_);
  EXPECT_EQ(vote.right_model, beta_);
  EXPECT_EQ(vote.choice, Choice::kBothBad);
  EXPECT_TRUE(vote.is_rated);
  EXPECT_EQ(absl::ToUnixMicros(vote.vote_time),
            writer_.Number("select (extract(epoch from vote_time) * 1000000)::bigint "
                           "from arena.vote_log"));
  EXPECT_EQ(vote.turn, 2);
  EXPECT_EQ(vote.language, "de");
  EXPECT_EQ(vote.tags, TagSet({"code", "refusal"}));
  EXPECT_EQ(vote.voter_hash, "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(vote.left_style, (StyleCounts{1, 2, 3, 4}));
  EXPECT_EQ(vote.right_style, (StyleCounts{5, 6, 7, 8}));
  EXPECT_EQ(vote.draw_probability, 0.5);
  EXPECT_EQ(vote.new_language, "");
}

TEST_F(VoteLogReaderTest, ReadsTheNewLabelsOfAnAnnotation) {
  const TestVote vote{.left = alpha_, .right = beta_, .tags = "math"};
  writer_.Append({{vote}});
  const int64_t position = writer_.AppendEntry(VoteKind::kAnnotation, 1, vote);
  writer_.Execute(
      "update arena.vote_log set new_language = 'fr', new_tags = array['code', 'long_prompt'] "
      "where position = 2");
  const auto page = reader_.ReadAfter(1, 10);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->entries.size(), 1u);
  const LogEntry& entry = page->entries[0];
  EXPECT_EQ(entry.position, position);
  EXPECT_EQ(entry.kind, VoteKind::kAnnotation);
  EXPECT_EQ(entry.target_position, 1);
  EXPECT_EQ(entry.tags, TagSet({"math"}));
  EXPECT_EQ(entry.new_language, "fr");
  EXPECT_EQ(entry.new_tags, TagSet({"code", "long_prompt"}));
}

TEST_F(VoteLogReaderTest, PagesByPosition) {
  SeededRandom random(testing::TestSeed());
  writer_.Append(testing::RandomLabelledVotes({alpha_, beta_}, 25, random));
  int64_t position = 0;
  for (const int expected : {10, 10, 5, 0}) {
    const auto page = reader_.ReadAfter(position, 10);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_EQ(page->head_position, 25);
    ASSERT_EQ(std::ssize(page->entries), expected);
    for (const LogEntry& entry : page->entries) EXPECT_EQ(entry.position, ++position);
  }
}

TEST_F(VoteLogReaderTest, ADatabaseThatIsAwayIsAnErrorAndThenReadAgain) {
  writer_.Append({{TestVote{.left = alpha_, .right = beta_}}});
  ASSERT_TRUE(reader_.ReadAfter(0, 10).ok());
  // Every session but this one's.
  writer_.Execute(
      "select pg_terminate_backend(pid) from pg_stat_activity "
      "where datname = current_database() and pid <> pg_backend_pid()");
  EXPECT_EQ(ReasonOf(reader_.ReadAfter(0, 10).status()), "STORAGE_UNAVAILABLE");
  const auto page = reader_.ReadAfter(0, 10);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->entries.size(), 1u);
}

}  // namespace
}  // namespace arena::rating
