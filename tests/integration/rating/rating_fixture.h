#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "arena/v1/leaderboard_service.grpc.pb.h"
#include "common/base/errors.h"
#include "common/base/random.h"
#include "common/lifecycle/log.h"
#include "common/lifecycle/process.h"
#include "common/rpc/channel.h"
#include "common/rpc/grpc_status.h"
#include "services/rating/bind.h"
#include "services/rating/model/leaderboard/canonical_json.h"
#include "tests/support/seed.h"
#include "tests/support/test_postgres.h"
#include "tests/support/vote_log_writer.h"

namespace arena::rating {

inline constexpr absl::Duration kPatience = absl::Minutes(1);

using LeaderboardStub = v1::LeaderboardService::Stub;

// A rating and a client of its own.
class Replica {
 public:
  explicit Replica(const testing::TestDatabase& database, Options options = {}) {
    options.server.listen = "127.0.0.1:0";
    options.server.metrics_listen = "";
    options.database.conninfo = database.conninfo("arena_rating");
    options.publish_interval = absl::Milliseconds(50);
    auto started = Rating::Start(options);
    EXPECT_TRUE(started.ok()) << started.status();
    rating_ = *std::move(started);
    channel_ = *rpc::MakeChannel({.address = rating_->address()});
    stub_ = v1::LeaderboardService::NewStub(channel_);
  }

  // Any unary call, as &LeaderboardStub::ListSnapshots.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (LeaderboardStub::*method)(grpc::ClientContext*,
                                                                        const Request&, Response*),
                                const Request& request) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, kPatience);
    Response response;
    const absl::Status status =
        rpc::FromGrpcStatus((stub_.get()->*method)(&context, request, &response));
    if (!status.ok()) return status;
    return response;
  }

  absl::StatusOr<v1::Leaderboard> Get(const v1::GetLeaderboardRequest& request = {}) {
    const auto response = Call(&LeaderboardStub::GetLeaderboard, request);
    if (!response.ok()) return response.status();
    return response->leaderboard();
  }

  absl::StatusOr<v1::GetPairStatisticsResponse> GetPairs(
      const v1::GetPairStatisticsRequest& request) {
    return Call(&LeaderboardStub::GetPairStatistics, request);
  }

  // Watches until a leaderboard covers `position` and returns it.
  v1::Leaderboard WaitFor(int64_t position, const v1::WatchLeaderboardRequest& request = {}) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, kPatience);
    const auto stream = stub_->WatchLeaderboard(&context, request);
    v1::WatchLeaderboardResponse response;
    while (stream->Read(&response)) {
      if (response.leaderboard().snapshot().position() >= position) {
        context.TryCancel();
        return response.leaderboard();
      }
    }
    ADD_FAILURE() << "no leaderboard covers position " << position << ": "
                  << stream->Finish().error_message();
    return {};
  }

  std::shared_ptr<grpc::Channel> channel() { return channel_; }
  LeaderboardStub& stub() { return *stub_; }
  Rating& rating() { return *rating_; }
  void Stop() { lifecycle::RunShutdown(rating_->shutdown_steps()); }

 private:
  std::unique_ptr<Rating> rating_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<LeaderboardStub> stub_;
};

inline std::vector<std::string> ModelsOf(const v1::Leaderboard& leaderboard) {
  std::vector<std::string> models;
  for (const v1::LeaderboardRow& row : leaderboard.rows()) models.push_back(row.model());
  return models;
}

class RatingServiceTest : public ::testing::Test {
 protected:
  RatingServiceTest() {
    EXPECT_TRUE(lifecycle::InitLogging("rating", "error").ok());
    for (const char* name : {"delta", "alpha", "charlie", "bravo"}) {
      models_.push_back(writer_.AddModel(name));
    }
  }

  int64_t AppendRandom(int count) {
    const auto votes = testing::RandomVotes(models_, count, random_);
    votes_.insert(votes_.end(), votes.begin(), votes.end());
    return writer_.Append(votes);
  }

  // What anyone computes offline from the votes alone.
  std::string Offline(Method method) {
    ModelIndex models;
    PairCounts counts;
    EloHistory elo;
    int64_t position = 0;
    for (const testing::TestVote& vote : votes_) {
      ++position;
      const uint32_t left = *models.Intern(NameOf(vote.left));
      const uint32_t right = *models.Intern(NameOf(vote.right));
      const auto outcome = static_cast<Outcome>(static_cast<int>(vote.choice) - 1);
      counts.Add(left, right, outcome);
      elo.Append(position, left, right, outcome);
    }
    const auto table =
        ComputeLeaderboard({.models = models, .counts = counts, .elo_ratings = &elo.Ratings()},
                           method == Method::kElo ? EloSettings() : Settings());
    return CanonicalJson(*table);
  }

  std::string NameOf(ModelId id) const {
    const char* const names[] = {"delta", "alpha", "charlie", "bravo"};
    for (size_t i = 0; i < models_.size(); ++i) {
      if (models_[i] == id) return names[i];
    }
    return "?";
  }

  testing::TestDatabase database_;
  testing::VoteLogWriter writer_{database_.conninfo()};
  SeededRandom random_{testing::TestSeed()};
  std::vector<ModelId> models_;
  std::vector<testing::TestVote> votes_;
};

}  // namespace arena::rating
