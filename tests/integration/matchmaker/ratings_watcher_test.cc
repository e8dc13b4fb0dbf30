#include "services/matchmaker/rpc/ratings_watcher.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/metrics/metrics.h"
#include "common/rpc/calls/server_stream.h"
#include "common/rpc/channel.h"
#include "common/rpc/server/environment.h"
#include "common/rpc/server/server.h"
#include "tests/integration/matchmaker/matchmaker_env.h"

namespace arena::matchmaker {
namespace {

using Ratings = internal::v1::WatchRatingsResponse;

// A rating that sends one message a stream, each of a later position, and ends every stream but the
// `patient_from`th and later ones at once.
class FakeRating : public internal::v1::RatingsService::CallbackService {
 public:
  FakeRating(rpc::Environment& environment, int patient_from)
      : patient_from_(patient_from),
        watch_(environment, "RatingsService/WatchRatings", rpc::Scope::kService) {}

  grpc::ServerWriteReactor<Ratings>* WatchRatings(
      grpc::CallbackServerContext* context,
      const internal::v1::WatchRatingsRequest* request) override {
    return rpc::StreamCall<Ratings>(
        watch_, {.latest_only = true}, context, request,
        [this](const rpc::Call&, const internal::v1::WatchRatingsRequest&,
               const std::shared_ptr<rpc::ServerStream<Ratings>>& stream) {
          const int number = ++streams_;
          Ratings ratings;
          ratings.set_position(100 * number);
          ratings.add_models()->set_model("a");
          ratings.add_models()->set_model("b");
          stream->Write(ratings);
          if (number < patient_from_) stream->Finish(absl::OkStatus());
        });
  }

 private:
  const int patient_from_;
  std::atomic<int> streams_ = 0;
  const rpc::Method watch_;
};

class RatingsWatcherTest : public ::testing::Test {
 protected:
  void StartRating(int patient_from) {
    environment_ = *rpc::Environment::Make({}, registry_);
    rating_ = std::make_unique<FakeRating>(*environment_, patient_from);
    rpc::ServerOptions options;
    options.log_level = "off";
    auto server = rpc::RpcServer::Start(options, *environment_, {rating_.get()}, {});
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  std::string Address() const { return fmt::format("127.0.0.1:{}", server_->port()); }

  metrics::Registry registry_{"rating"};
  std::unique_ptr<rpc::Environment> environment_;
  std::unique_ptr<FakeRating> rating_;
  std::unique_ptr<rpc::RpcServer> server_;
};

TEST_F(RatingsWatcherTest, CallsAgainWheneverAStreamEnds) {
  StartRating(4);
  absl::Mutex mutex;
  std::vector<int64_t> positions;
  RatingsWatcher watcher(*rpc::MakeChannel({.address = Address()}),
                         {.first_pause = absl::Milliseconds(1)}, [&](const Ratings& ratings) {
                           absl::MutexLock lock(&mutex);
                           positions.push_back(ratings.position());
                         });
  absl::MutexLock lock(&mutex);
  const auto has_four = [&] { return positions.size() == 4; };
  ASSERT_TRUE(mutex.AwaitWithTimeout(absl::Condition(&has_four), absl::Seconds(20)));
  EXPECT_EQ(positions, (std::vector<int64_t>{100, 200, 300, 400}));
}

TEST_F(RatingsWatcherTest, StopsWhileAStreamIsOpenAndWhileRatingIsAway) {
  StartRating(1);
  absl::Notification opened;
  RatingsWatcher open(*rpc::MakeChannel({.address = Address()}), {},
                      [&](const Ratings&) { opened.Notify(); });
  RatingsWatcher away(*rpc::MakeChannel({.address = "127.0.0.1:1"}),
                      {.first_pause = absl::Hours(1), .longest_pause = absl::Hours(1)},
                      [](const Ratings&) {});
  ASSERT_TRUE(opened.WaitForNotificationWithTimeout(absl::Seconds(20)));
  const absl::Time start = absl::Now();
  open.Stop();
  away.Stop();
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
}

TEST_F(RatingsWatcherTest, MatchmakerShowsWhatTheRatingsCover) {
  StartRating(1);
  MatchmakerEnv env;
  Options options = env.ServerOptions();
  options.rating.address = Address();
  const auto matchmaker = env.StartServer(options);
  EXPECT_TRUE(ComesTrue([&] {
    const std::string text = matchmaker->MetricsText();
    return text.find("arena_matchmaker_ratings_position 100") != std::string::npos &&
           text.find("arena_matchmaker_rated_models 2") != std::string::npos;
  }));
}

}  // namespace
}  // namespace arena::matchmaker
