#include <fmt/format.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "arena/v1/leaderboard_service.grpc.pb.h"
#include "common/base/random.h"
#include "common/rpc/channel.h"
#include "tests/support/child_process.h"
#include "tests/support/long_run.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/seed.h"
#include "tests/support/test_postgres.h"
#include "tests/support/vote_log_writer.h"

namespace arena::rating {
namespace {

constexpr absl::Duration kPatience = absl::Minutes(1);
// What is promised, and judged on a machine that does nothing else.
constexpr absl::Duration kTakeOver = absl::Seconds(3);

// The real binary, so that it can be killed, frozen and seen to stop by itself.
class RatingProcess {
 public:
  explicit RatingProcess(const testing::TestDatabase& database)
      : child_({.command = {ARENA_RATING_BINARY, "--listen", "127.0.0.1:0", "--metrics-listen", "",
                            "--publish-interval", "50ms", "--lease-time", "1s", "--database",
                            database.conninfo("arena_rating")},
                .log_path = folder_.PathOf("log"),
                .read_stdout = true}) {
    const auto line = child_.ReadLine(kPatience);
    constexpr char kPrefix[] = "listening ";
    if (!line || !line->starts_with(kPrefix)) {
      ADD_FAILURE() << "arena-rating did not start: " << Log();
      return;
    }
    channel_ = *rpc::MakeChannel({.address = line->substr(sizeof(kPrefix) - 1)});
    stub_ = v1::LeaderboardService::NewStub(channel_);
  }

  // Whether a leaderboard comes to cover `position`.
  bool Covers(int64_t position) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, kPatience);
    const auto stream = stub_->WatchLeaderboard(&context, v1::WatchLeaderboardRequest());
    v1::WatchLeaderboardResponse response;
    while (stream->Read(&response)) {
      if (response.leaderboard().snapshot().position() < position) continue;
      context.TryCancel();
      return true;
    }
    return false;
  }

  // An idle client answers a closing server only every few seconds.
  void Disconnect() {
    stub_.reset();
    channel_.reset();
  }

  testing::ChildProcess& child() { return child_; }
  std::string Log() const { return testing::ReadFile(folder_.PathOf("log")); }

 private:
  testing::ScratchFolder folder_;
  testing::ChildProcess child_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::LeaderboardService::Stub> stub_;
};

class RatingProcessTest : public ::testing::Test {
 protected:
  int64_t AppendRandom(int count) {
    return writer_.Append(testing::RandomVotes(models_, count, random_));
  }
  // Snapshots that repeat a position, or go back in position or term.
  int64_t OutOfOrder() {
    return writer_.Number(
        "select count(*) from (select position <= lag(position) over w as is_old, "
        "term < lag(term) over w as is_former from arena.leaderboard_snapshots "
        "window w as (partition by series order by snapshot_id)) s where is_old or is_former");
  }
  int64_t Terms() {
    return writer_.Number("select count(distinct term) from arena.leaderboard_snapshots");
  }

  testing::TestDatabase database_;
  testing::VoteLogWriter writer_{database_.conninfo()};
  SeededRandom random_{testing::TestSeed()};
  std::vector<ModelId> models_ = {writer_.AddModel("a"), writer_.AddModel("b"),
                                  writer_.AddModel("c")};
};

TEST_F(RatingProcessTest, AKilledLeaderIsReplaced) {
  RatingProcess leader(database_);
  ASSERT_TRUE(leader.Covers(AppendRandom(20)));
  RatingProcess standby(database_);
  ASSERT_TRUE(standby.Covers(20));
  leader.child().Signal(SIGKILL);
  const absl::Time killed = absl::Now();
  ASSERT_TRUE(standby.Covers(AppendRandom(20))) << standby.Log();
  fmt::print("take-over after {:.2f} s\n", absl::ToDoubleSeconds(absl::Now() - killed));
  if (testing::IsLongRun()) {
    EXPECT_LT(absl::Now() - killed, kTakeOver);
  }
  EXPECT_GE(Terms(), 2);
  EXPECT_EQ(OutOfOrder(), 0);
}

TEST_F(RatingProcessTest, AFrozenLeaderPublishesNothingWhenItThaws) {
  RatingProcess leader(database_);
  ASSERT_TRUE(leader.Covers(AppendRandom(20)));
  RatingProcess standby(database_);
  ASSERT_TRUE(standby.Covers(20));
  leader.child().Signal(SIGSTOP);
  ASSERT_TRUE(standby.Covers(AppendRandom(20))) << standby.Log();
  leader.child().Signal(SIGCONT);
  const int64_t position = AppendRandom(20);
  EXPECT_TRUE(standby.Covers(position));
  EXPECT_TRUE(leader.Covers(position)) << "it serves what the other publishes";
  EXPECT_GE(Terms(), 2);
  EXPECT_EQ(OutOfOrder(), 0);
}

// A hundred times in the long tier. Each leader freezes for longer than its lease and wakes up as a
// standby, so the two lead in turns.
TEST_F(RatingProcessTest, HoweverOftenALeaderFreezesNothingIsPublishedTwiceAndNothingIsLost) {
  const int rounds = testing::IsLongRun() ? 100 : 3;
  RatingProcess first(database_);
  ASSERT_TRUE(first.Covers(AppendRandom(20)));
  RatingProcess second(database_);
  ASSERT_TRUE(second.Covers(20));
  RatingProcess* leader = &first;
  RatingProcess* standby = &second;
  std::vector<absl::Duration> takeovers;
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(round);
    leader->child().Signal(SIGSTOP);
    const absl::Time frozen = absl::Now();
    ASSERT_TRUE(standby->Covers(AppendRandom(5))) << standby->Log();
    takeovers.push_back(absl::Now() - frozen);
    leader->child().Signal(SIGCONT);
    const int64_t position = AppendRandom(5);
    ASSERT_TRUE(standby->Covers(position));
    ASSERT_TRUE(leader->Covers(position)) << "it serves what the other publishes";
    std::swap(leader, standby);
  }
  std::ranges::sort(takeovers);
  fmt::print("{} take-overs: median {:.2f} s, longest {:.2f} s\n", rounds,
             absl::ToDoubleSeconds(takeovers[takeovers.size() / 2]),
             absl::ToDoubleSeconds(takeovers.back()));
  if (testing::IsLongRun()) {
    EXPECT_LT(takeovers.back(), kTakeOver);
    EXPECT_EQ(Terms(), rounds + 1);
  }
  EXPECT_EQ(OutOfOrder(), 0);
  EXPECT_EQ(writer_.Number("select (content::json ->> 'votes')::bigint "
                           "from arena.leaderboard_tables where board = 'overall' and "
                           "method = 'bt' order by snapshot_id desc limit 1"),
            writer_.Number("select count(*) from arena.vote_log"));
}

TEST_F(RatingProcessTest, AGapInTheLogStopsTheProcessLoudly) {
  AppendRandom(10);
  writer_.Execute("delete from arena.vote_log where position = 4");
  RatingProcess process(database_);
  const auto exit_code = process.child().Wait(kPatience);
  ASSERT_TRUE(exit_code.has_value());
  EXPECT_EQ(*exit_code, 128 + SIGABRT);
  EXPECT_NE(process.Log().find("from position 3 to 5"), std::string::npos) << process.Log();
}

TEST_F(RatingProcessTest, ItStopsInOrderAndGivesTheLeaseUp) {
  RatingProcess process(database_);
  ASSERT_TRUE(process.Covers(AppendRandom(10)));
  process.Disconnect();
  process.child().Signal(SIGTERM);
  EXPECT_EQ(process.child().Wait(kPatience), 0) << process.Log();
  EXPECT_EQ(writer_.Number("select count(*) from arena.leases "
                           "where expire_time > clock_timestamp()"),
            0);
}

}  // namespace
}  // namespace arena::rating
