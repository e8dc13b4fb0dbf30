// Reads of the newest counts and boards, all from memory.
#include <fmt/format.h>
#include <grpcpp/generic/generic_stub.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "common/base/limits.h"
#include "tests/integration/rating/rating_fixture.h"

namespace arena::rating {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class CountsReadsTest : public RatingServiceTest {
 protected:
  // Models by their names in the fixture.
  ModelId delta() const { return models_[0]; }
  ModelId alpha() const { return models_[1]; }
  ModelId charlie() const { return models_[2]; }
  ModelId bravo() const { return models_[3]; }

  int64_t Append(ModelId left, ModelId right, std::initializer_list<Choice> choices) {
    std::vector<testing::TestVote> votes;
    for (const Choice choice : choices) votes.push_back({left, right, choice});
    return writer_.Append(votes);
  }

  static absl::StatusOr<v1::PredictWinRateResponse> Predict(Replica& replica, const char* a,
                                                            const char* b, const char* board = "") {
    v1::PredictWinRateRequest request;
    request.set_board(board);
    request.set_model_a(a);
    request.set_model_b(b);
    return replica.Call(&LeaderboardStub::PredictWinRate, request);
  }

  static absl::StatusOr<v1::GetVoteStatisticsResponse> Statistics(Replica& replica, int days = 0) {
    v1::GetVoteStatisticsRequest request;
    request.set_day_count(days);
    return replica.Call(&LeaderboardStub::GetVoteStatistics, request);
  }
};

TEST_F(CountsReadsTest, BeforeTheFirstVoteThereAreNoCounts) {
  Replica replica(database_);
  EXPECT_EQ(ReasonOf(Statistics(replica).status()), "SNAPSHOT_NOT_FOUND");
  const absl::Time end = absl::Now() + kPatience;
  std::string reason;
  // The models are known within a second.
  do {
    reason = ReasonOf(Predict(replica, "alpha", "bravo").status());
  } while (reason == "MODEL_NOT_FOUND" && absl::Now() < end);
  EXPECT_EQ(reason, "SNAPSHOT_NOT_FOUND");
  const auto categories =
      replica.Call(&LeaderboardStub::ListCategories, v1::ListCategoriesRequest());
  ASSERT_TRUE(categories.ok()) << categories.status();
  EXPECT_EQ(categories->position(), 0);
  EXPECT_EQ(categories->categories(0).published(), false);
}

TEST_F(CountsReadsTest, StatisticsCountEveryRatedVote) {
  Append(alpha(), bravo(), {Choice::kLeft, Choice::kLeft, Choice::kRight, Choice::kTie});
  const int64_t position = Append(bravo(), charlie(), {Choice::kBothBad, Choice::kLeft});
  writer_.Execute("update arena.vote_log set vote_time = '2026-02-03 23:59:59.999999Z'");
  Replica replica(database_);
  replica.WaitFor(position);
  const auto statistics = Statistics(replica);
  ASSERT_TRUE(statistics.ok()) << statistics.status();
  EXPECT_EQ(statistics->position(), position);
  EXPECT_EQ(statistics->vote_count(), 6);
  ASSERT_EQ(statistics->languages_size(), 1);
  EXPECT_EQ(statistics->languages(0).language(), "en");
  EXPECT_EQ(statistics->languages(0).vote_count(), 6);
  EXPECT_EQ(statistics->other_language_vote_count(), 0);
  ASSERT_EQ(statistics->days_size(), 1);
  EXPECT_EQ(statistics->days(0).day(), "2026-02-03");
  EXPECT_EQ(statistics->days(0).vote_count(), 6);
  EXPECT_EQ(statistics->outcomes().left(), 3);
  EXPECT_EQ(statistics->outcomes().right(), 1);
  EXPECT_EQ(statistics->outcomes().tie(), 1);
  EXPECT_EQ(statistics->outcomes().both_bad(), 1);
  EXPECT_EQ(statistics->left_share(), 0.75);
  EXPECT_EQ(ReasonOf(Statistics(replica, -1).status()), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(Statistics(replica, limits::kMaxStatisticsDays + 1).status()),
            "FIELD_INVALID");
  EXPECT_TRUE(Statistics(replica, limits::kMaxStatisticsDays).ok());
}

TEST_F(CountsReadsTest, APageWithoutASizeHoldsAThousandPairs) {
  // 46 models make 1,035 pairs.
  std::vector<ModelId> many;
  for (int m = 0; m < 46; ++m) many.push_back(writer_.AddModel(fmt::format("many-{:02}", m)));
  std::vector<testing::TestVote> votes;
  for (size_t a = 0; a < many.size(); ++a) {
    for (size_t b = 0; b < a; ++b) votes.push_back({.left = many[a], .right = many[b]});
  }
  Replica replica(database_);
  replica.WaitFor(writer_.Append(votes));
  v1::GetPairStatisticsRequest request;
  const auto first = replica.GetPairs(request);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->pairs_size(), limits::kDefaultPagePairs);
  request.set_page_token(first->next_page_token());
  const auto second = replica.GetPairs(request);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(first->pairs_size() + second->pairs_size(), std::ssize(votes));
}

TEST_F(CountsReadsTest, AVoteTakenBackIsNoLongerCounted) {
  Replica replica(database_);
  replica.WaitFor(AppendRandom(20));
  replica.WaitFor(writer_.AppendEntry(VoteKind::kRetraction, 1, votes_[0]));
  EXPECT_EQ(Statistics(replica)->vote_count(), 19);
}

TEST_F(CountsReadsTest, APredictionIsWhatTheRatingsSay) {
  Replica replica(database_);
  const int64_t position = AppendRandom(400);
  const auto board = replica.WaitFor(position);
  std::map<std::string, double> ratings;
  for (const v1::LeaderboardRow& row : board.rows()) ratings[row.model()] = row.rating();
  for (const char* name : {"", "overall", "language-en"}) {
    const auto rate = Predict(replica, "alpha", "delta", name);
    ASSERT_TRUE(rate.ok()) << rate.status();
    EXPECT_NEAR(rate->probability(),
                1 / (1 + std::pow(10, (ratings["delta"] - ratings["alpha"]) / 400)), 1e-12);
    EXPECT_LT(rate->lower(), rate->probability());
    EXPECT_GT(rate->upper(), rate->probability());
    EXPECT_EQ(rate->position(), position);
  }
}

TEST_F(CountsReadsTest, WhatCannotBePredictedIsRefused) {
  writer_.SetState(delta(), ModelState::kRetired);
  writer_.SetState(alpha(), ModelState::kAnonymousOnly);
  Replica replica(database_);
  Append(bravo(), delta(), {Choice::kLeft, Choice::kRight});
  replica.WaitFor(Append(charlie(), bravo(), {Choice::kLeft, Choice::kLeft}));
  EXPECT_TRUE(Predict(replica, "bravo", "delta").ok()) << "retired models may be named";
  EXPECT_EQ(ReasonOf(Predict(replica, "bravo", "charlie").status()), "MODELS_NOT_COMPARABLE");
  EXPECT_EQ(ReasonOf(Predict(replica, "bravo", "delta", "coding").status()),
            "MODELS_NOT_COMPARABLE");
  EXPECT_EQ(ReasonOf(Predict(replica, "bravo", "alpha").status()), "MODEL_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Predict(replica, "nobody", "bravo").status()), "MODEL_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Predict(replica, "", "bravo").status()), "MODEL_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Predict(replica, "bravo", "bravo").status()), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(Predict(replica, "bravo", "delta", "no-such-board").status()),
            "BOARD_NOT_FOUND");
}

TEST_F(CountsReadsTest, EveryBoardIsListedWithItsVotes) {
  Replica replica(database_, {.board_minimum_votes = 50});
  replica.WaitFor(AppendRandom(40));
  const int64_t position = AppendRandom(20);
  replica.WaitFor(position);
  const auto response = replica.Call(&LeaderboardStub::ListCategories, v1::ListCategoriesRequest());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->position(), position);
  const BoardSet boards;
  ASSERT_EQ(response->categories_size(), static_cast<int>(boards.size()));
  EXPECT_EQ(response->categories(0).board(), "overall");
  for (const v1::Category& category : response->categories()) {
    EXPECT_NE(category.title(), "");
    EXPECT_NE(category.description(), "");
    EXPECT_EQ(category.version(), 1);
    EXPECT_EQ(category.minimum_vote_count(), category.board() == "overall" ? 0 : 50);
    if (category.board() == "overall" || category.board() == "language-en") {
      EXPECT_EQ(category.vote_count(), 60);
      EXPECT_TRUE(category.published());
    }
    if (category.board() == "coding") {
      EXPECT_EQ(category.vote_count(), 0);
      EXPECT_FALSE(category.published());
    }
  }
}

TEST_F(CountsReadsTest, ABoardBelowItsMinimumIsNotPublishedAndAWatchOfItWaits) {
  Replica replica(database_, {.board_minimum_votes = 50});
  replica.WaitFor(AppendRandom(40));
  v1::GetLeaderboardRequest request;
  request.set_board("language-en");
  const absl::Status refused = replica.Get(request).status();
  EXPECT_EQ(ReasonOf(refused), "BOARD_NOT_PUBLISHED");
  EXPECT_EQ(DetailsOf(refused)->metadata.at("minimum"), "50");

  grpc::ClientContext context;
  rpc::SetDeadline(context, kPatience);
  v1::WatchLeaderboardRequest watch;
  watch.set_board("language-en");
  const auto stream = replica.stub().WatchLeaderboard(&context, watch);
  const int64_t position = AppendRandom(20);
  v1::WatchLeaderboardResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.leaderboard().board(), "language-en");
  EXPECT_EQ(response.leaderboard().snapshot().position(), position);
  EXPECT_EQ(response.leaderboard().vote_count(), 60);
  context.TryCancel();
}

TEST_F(CountsReadsTest, PairsOfAnyBoardAreRead) {
  Replica replica(database_);
  replica.WaitFor(Append(alpha(), bravo(), {Choice::kLeft, Choice::kTie, Choice::kRight}));
  v1::GetPairStatisticsRequest request;
  request.set_board("without-ties");
  const auto pairs = replica.GetPairs(request);
  ASSERT_TRUE(pairs.ok()) << pairs.status();
  ASSERT_EQ(pairs->pairs_size(), 1);
  EXPECT_EQ(pairs->pairs(0).wins_a(), 1);
  EXPECT_EQ(pairs->pairs(0).wins_b(), 1);
  EXPECT_EQ(pairs->pairs(0).ties(), 0);
  EXPECT_FALSE(pairs->has_snapshot()) << "the board is not published";
  EXPECT_FALSE(pairs->pairs(0).has_predicted_win_rate());
  request.set_board("overall");
  EXPECT_EQ(replica.GetPairs(request)->pairs(0).ties(), 1);
  EXPECT_EQ(replica.GetPairs(request)->pairs(0).predicted_win_rate(), 0.5);
  request.set_board("coding");
  EXPECT_EQ(replica.GetPairs(request)->pairs_size(), 0);
  request.set_board("no-such-board");
  EXPECT_EQ(ReasonOf(replica.GetPairs(request).status()), "BOARD_NOT_FOUND");
}

TEST_F(CountsReadsTest, ABoardSaysWhichModelsDoNotCompareAndWhy) {
  Replica replica(database_);
  Append(alpha(), bravo(), {Choice::kLeft, Choice::kRight});
  Append(charlie(), alpha(), {Choice::kLeft, Choice::kLeft});
  const auto board = replica.WaitFor(Append(delta(), bravo(), {Choice::kRight}));
  std::map<std::string, v1::UncomparableReason> reasons;
  for (const v1::UncomparableModels& group : board.uncomparable()) {
    EXPECT_EQ(group.group(), 0);
    EXPECT_NE(group.explanation(), "");
    for (const std::string& model : group.models()) reasons[model] = group.reason();
  }
  EXPECT_THAT(reasons,
              UnorderedElementsAre(::testing::Pair("charlie", v1::UNCOMPARABLE_REASON_ONLY_WINS),
                                   ::testing::Pair("delta", v1::UNCOMPARABLE_REASON_SINGLE_VOTE)));

  // Of the past nobody counts wins again.
  v1::GetLeaderboardRequest past;
  past.set_position(board.snapshot().position());
  const auto stored = replica.Get(past);
  ASSERT_TRUE(stored.ok()) << stored.status();
  ASSERT_EQ(stored->uncomparable_size(), 2);
  EXPECT_EQ(stored->uncomparable(0).reason(), v1::UNCOMPARABLE_REASON_NO_COMMON_GROUP);
  EXPECT_THAT(stored->uncomparable(0).models(), ElementsAre("charlie"));
}

TEST_F(CountsReadsTest, AGroupOfItsOwnIsNamed) {
  Replica replica(database_);
  Append(alpha(), bravo(), {Choice::kTie, Choice::kTie});
  const auto board = replica.WaitFor(Append(charlie(), delta(), {Choice::kTie}));
  ASSERT_EQ(board.uncomparable_size(), 1);
  EXPECT_EQ(board.uncomparable(0).reason(), v1::UNCOMPARABLE_REASON_SEPARATE_GROUP);
  EXPECT_EQ(board.uncomparable(0).group(), 2);
  EXPECT_THAT(board.uncomparable(0).models(), ElementsAre("charlie", "delta"));
  EXPECT_EQ(board.group_count(), 2);
}

TEST_F(CountsReadsTest, RequestsThatCannotBeReadAreRefusedWithAReason) {
  Replica replica(database_);
  const char bytes[] = "\x0a\x01\xff";  // the board's name is no UTF-8
  for (const char* method : {"GetLeaderboard", "WatchLeaderboard", "GetPairStatistics"}) {
    grpc::GenericStub stub(replica.channel());
    grpc::ClientContext context;
    rpc::SetDeadline(context, kPatience);
    const grpc::Slice slice(bytes, sizeof(bytes) - 1);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::CompletionQueue queue;
    const auto call = stub.PrepareUnaryCall(
        &context, std::string("/arena.v1.LeaderboardService/") + method, request, &queue);
    call->StartCall();
    grpc::ByteBuffer response;
    grpc::Status status;
    call->Finish(&response, &status, nullptr);
    void* tag = nullptr;
    bool is_ok = false;
    ASSERT_TRUE(queue.Next(&tag, &is_ok));
    EXPECT_EQ(ReasonOf(rpc::FromGrpcStatus(status)), "REQUEST_UNREADABLE") << method;
  }
}

}  // namespace
}  // namespace arena::rating
