#include "services/rating/live/read_ahead.h"

#include <gtest/gtest.h>

#include <vector>

#include "common/base/random.h"
#include "tests/support/seed.h"
#include "tests/support/test_postgres.h"
#include "tests/support/vote_log_writer.h"

namespace arena::rating {
namespace {

class ReadAheadTest : public ::testing::Test {
 protected:
  void Append(int votes) {
    ASSERT_EQ(writer_.Append(testing::RandomVotes(models_, votes, random_)), appended_ + votes);
    appended_ += votes;
  }

  std::vector<int64_t> Read(int64_t position, int limit, int64_t until = INT64_MAX) {
    const auto page = ahead_.ReadAfter(position, limit, until);
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<int64_t> positions;
    if (page.ok()) {
      for (const LogEntry& entry : page->entries) positions.push_back(entry.position);
    }
    return positions;
  }

  testing::TestDatabase database_;
  testing::VoteLogWriter writer_{database_.conninfo()};
  SeededRandom random_{testing::TestSeed()};
  std::vector<ModelId> models_ = {writer_.AddModel("a"), writer_.AddModel("b")};
  int64_t appended_ = 0;
  VoteLogReader reader_{{.conninfo = database_.conninfo("arena_rating")}};
  ReadAhead ahead_{reader_};
};

TEST_F(ReadAheadTest, PagesFollowEachOtherToTheEndAndBeyond) {
  Append(7);
  EXPECT_EQ(Read(0, 3), (std::vector<int64_t>{1, 2, 3}));
  EXPECT_EQ(Read(3, 3), (std::vector<int64_t>{4, 5, 6}));
  EXPECT_EQ(Read(6, 3), (std::vector<int64_t>{7}));
  EXPECT_EQ(Read(7, 3), std::vector<int64_t>());
  Append(2);
  EXPECT_EQ(Read(7, 3), (std::vector<int64_t>{8, 9}));
}

TEST_F(ReadAheadTest, AnotherPageThanTheOneReadAheadIsReadAnew) {
  Append(9);
  EXPECT_EQ(Read(0, 3), (std::vector<int64_t>{1, 2, 3}));
  EXPECT_EQ(Read(3, 2), (std::vector<int64_t>{4, 5})) << "another limit";
  EXPECT_EQ(Read(0, 2), (std::vector<int64_t>{1, 2})) << "another position";
}

TEST_F(ReadAheadTest, NothingIsReadBeyondTheEndThatIsAskedFor) {
  Append(9);
  EXPECT_EQ(Read(0, 4, 6), (std::vector<int64_t>{1, 2, 3, 4}));
  EXPECT_EQ(Read(4, 4, 6), (std::vector<int64_t>{5, 6}));
  EXPECT_EQ(Read(6, 4, 6), std::vector<int64_t>());
}

TEST_F(ReadAheadTest, AnErrorIsToldOnceAndForgotten) {
  Append(6);
  const char* const kHide = "alter table arena.vote_log_head rename to hidden";
  const char* const kShow = "alter table arena.hidden rename to vote_log_head";
  writer_.Execute(kHide);
  EXPECT_FALSE(ahead_.ReadAfter(0, 3).ok());
  writer_.Execute(kShow);
  EXPECT_EQ(Read(0, 3), (std::vector<int64_t>{1, 2, 3}));
  EXPECT_EQ(Read(3, 3), (std::vector<int64_t>{4, 5, 6}));
}

}  // namespace
}  // namespace arena::rating
