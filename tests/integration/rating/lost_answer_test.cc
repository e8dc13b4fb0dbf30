// The connection to PostgreSQL dies around a publication; there is one snapshot all the same.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "arena/v1/leaderboard_service.grpc.pb.h"
#include "common/base/random.h"
#include "common/lifecycle/log.h"
#include "common/lifecycle/process.h"
#include "common/rpc/channel.h"
#include "services/rating/bind.h"
#include "tests/support/seed.h"
#include "tests/support/tcp_relay.h"
#include "tests/support/test_postgres.h"
#include "tests/support/vote_log_writer.h"

namespace arena::rating {
namespace {

using ::arena::testing::Cut;
using ::arena::testing::Describe;
using ::arena::testing::EveryCut;

constexpr absl::Duration kAnswerPatience = absl::Seconds(20);

class LostAnswerOfRatingTest : public ::testing::Test {
 protected:
  LostAnswerOfRatingTest() {
    EXPECT_TRUE(lifecycle::InitLogging("test", "off").ok());
    Options options;
    options.server.listen = "127.0.0.1:0";
    options.server.metrics_listen = "";
    options.database.conninfo = to_postgres_.Through(database_.conninfo("arena_rating"));
    options.publish_interval = absl::Milliseconds(20);
    auto started = Rating::Start(options);
    EXPECT_TRUE(started.ok()) << started.status();
    rating_ = *std::move(started);
    stub_ = v1::LeaderboardService::NewStub(*rpc::MakeChannel({.address = rating_->address()}));
    for (const char* name : {"alder", "birch", "cedar"}) models_.push_back(log_.AddModel(name));
  }

  ~LostAnswerOfRatingTest() override { lifecycle::RunShutdown(rating_->shutdown_steps()); }

  // Watches until a leaderboard covers `position`; what it says of itself.
  v1::SnapshotInfo WaitFor(int64_t position) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, kAnswerPatience);
    const auto stream = stub_->WatchLeaderboard(&context, v1::WatchLeaderboardRequest());
    v1::WatchLeaderboardResponse response;
    while (stream->Read(&response)) {
      if (response.leaderboard().snapshot().position() < position) continue;
      context.TryCancel();
      return response.leaderboard().snapshot();
    }
    ADD_FAILURE() << "no leaderboard covers position " << position;
    return {};
  }

  testing::TestDatabase database_;
  testing::VoteLogWriter log_{database_.conninfo()};
  testing::TcpRelay to_postgres_{testing::TestCluster::Get().socket_path()};
  std::unique_ptr<Rating> rating_;
  std::unique_ptr<v1::LeaderboardService::Stub> stub_;
  std::vector<ModelId> models_;
};

TEST_F(LostAnswerOfRatingTest, APositionIsPublishedOnceWhereverItsTransactionIsCut) {
  SeededRandom random(testing::TestSeed());
  for (const char* statement :
       {"for update", "insert into arena.leaderboard_snapshots", "arena.leaderboard_tables (",
        "pg_notify('arena_snapshots'", "COMMIT"}) {
    for (const Cut& cut : EveryCut(statement, {1, 5, 9})) {
      SCOPED_TRACE(Describe(cut));
      to_postgres_.CutAt(cut);
      const int64_t position = log_.Append(testing::RandomVotes(models_, 3, random));
      const v1::SnapshotInfo served = WaitFor(position);
      EXPECT_EQ(to_postgres_.cuts(), 1);
      EXPECT_EQ(log_.Number("select count(*) from arena.leaderboard_snapshots where position = " +
                            std::to_string(position) + " and digest = '" + served.digest() + "'"),
                1);
    }
  }
}

}  // namespace
}  // namespace arena::rating
