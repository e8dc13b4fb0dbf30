#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "arena/internal/v1/ratings_service.grpc.pb.h"
#include "common/base/limits.h"
#include "common/postgres/connection.h"
#include "services/rating/model/library_version.h"
#include "tests/integration/rating/rating_fixture.h"
#include "tests/support/eventually.h"

namespace arena::rating {
namespace {

// The table that a response shows, as arenactl makes it to print JSON.
Leaderboard TableOf(const v1::Leaderboard& proto) {
  Leaderboard table;
  table.method = proto.method() == v1::RATING_METHOD_ELO ? Method::kElo : Method::kBradleyTerry;
  table.votes = proto.vote_count();
  table.groups = proto.group_count();
  for (const v1::LeaderboardRow& row : proto.rows()) {
    table.models.push_back({.model = row.model(),
                            .rating = row.has_rating() ? std::optional(row.rating()) : std::nullopt,
                            .lower = row.has_lower() ? std::optional(row.lower()) : std::nullopt,
                            .upper = row.has_upper() ? std::optional(row.upper()) : std::nullopt,
                            .rank = row.rank(),
                            .rank_lower = row.rank_lower(),
                            .rank_upper = row.rank_upper(),
                            .votes = row.vote_count(),
                            .is_provisional = row.provisional(),
                            .group = row.group()});
  }
  return table;
}

TEST_F(RatingServiceTest, BeforeTheFirstVoteThereIsNoSnapshot) {
  Replica replica(database_);
  EXPECT_EQ(ReasonOf(replica.Get().status()), "SNAPSHOT_NOT_FOUND");
  EXPECT_EQ(ReasonOf(replica.GetPairs({}).status()), "SNAPSHOT_NOT_FOUND");
}

TEST_F(RatingServiceTest, TheServedLeaderboardIsTheOfflineOneByteForByte) {
  Replica replica(database_);
  int64_t position = 0;
  for (int round = 0; round < 4; ++round) position = AppendRandom(100);
  const auto bradley_terry = replica.WaitFor(position);
  EXPECT_EQ(CanonicalJson(TableOf(bradley_terry)), Offline(Method::kBradleyTerry));
  v1::GetLeaderboardRequest elo;
  elo.set_method(v1::RATING_METHOD_ELO);
  v1::WatchLeaderboardRequest watch;
  watch.set_method(v1::RATING_METHOD_ELO);
  replica.WaitFor(position, watch);
  EXPECT_EQ(CanonicalJson(TableOf(*replica.Get(elo))), Offline(Method::kElo));
  EXPECT_EQ(bradley_terry.snapshot().digest().size(), 64u);
  EXPECT_EQ(bradley_terry.snapshot().library_version(), kLibraryVersion);
  EXPECT_EQ(bradley_terry.rows(0).organization(), "Example Labs");
  EXPECT_EQ(bradley_terry.rows(0).display_name(), "Display " + bradley_terry.rows(0).model());
}

// A notification is a hint that may be lost: this vote comes without one.
TEST_F(RatingServiceTest, PollingAloneFindsANewVote) {
  Replica replica(database_);
  const int64_t position = AppendRandom(20);
  replica.WaitFor(position);
  writer_.Execute(
      "create temporary table vote as select * from arena.vote_log where position = 1;"
      "update vote set position = 21, battle_id = gen_random_uuid();"
      "insert into arena.vote_log select * from vote;"
      "update arena.vote_log_head set position = 21");
  EXPECT_EQ(replica.WaitFor(position + 1).snapshot().position(), position + 1);
}

TEST_F(RatingServiceTest, UnknownBoardsAndMethodsAreRefused) {
  Replica replica(database_);
  replica.WaitFor(AppendRandom(20));
  v1::GetLeaderboardRequest board;
  board.set_board("no-such-board");
  EXPECT_EQ(ReasonOf(replica.Get(board).status()), "BOARD_NOT_FOUND");
  v1::GetLeaderboardRequest method;
  method.set_method(static_cast<v1::RatingMethod>(77));
  EXPECT_EQ(ReasonOf(replica.Get(method).status()), "FIELD_INVALID");
  v1::GetLeaderboardRequest overall;
  overall.set_board("overall");
  EXPECT_TRUE(replica.Get(overall).ok());

  grpc::ClientContext context;
  rpc::SetDeadline(context, kPatience);
  v1::WatchLeaderboardRequest watch;
  watch.set_board("no-such-board");
  const auto stream = replica.stub().WatchLeaderboard(&context, watch);
  v1::WatchLeaderboardResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(ReasonOf(rpc::FromGrpcStatus(stream->Finish())), "BOARD_NOT_FOUND");
}

TEST_F(RatingServiceTest, AWatchSendsTheNewestFirstAndThenOnlyNewerOnes) {
  Replica replica(database_);
  const int64_t first = AppendRandom(30);
  replica.WaitFor(first);
  grpc::ClientContext context;
  rpc::SetDeadline(context, kPatience);
  const auto stream = replica.stub().WatchLeaderboard(&context, v1::WatchLeaderboardRequest());
  v1::WatchLeaderboardResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.leaderboard().snapshot().position(), first);
  int64_t position = first;
  for (int round = 0; round < 3; ++round) {
    const int64_t appended = AppendRandom(10);
    while (position < appended) {
      ASSERT_TRUE(stream->Read(&response));
      EXPECT_GT(response.leaderboard().snapshot().position(), position);
      position = response.leaderboard().snapshot().position();
    }
  }
  context.TryCancel();
}

TEST_F(RatingServiceTest, AWatchWithoutSnapshotWaitsForTheFirst) {
  Replica replica(database_);
  grpc::ClientContext context;
  rpc::SetDeadline(context, kPatience);
  const auto stream = replica.stub().WatchLeaderboard(&context, v1::WatchLeaderboardRequest());
  EXPECT_EQ(ReasonOf(replica.Get().status()), "SNAPSHOT_NOT_FOUND");
  const int64_t position = AppendRandom(30);
  v1::WatchLeaderboardResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.leaderboard().snapshot().position(), position);
  context.TryCancel();
}

TEST_F(RatingServiceTest, RetiredModelsAreListedWhenAskedForAndAnonymousOnesNever) {
  writer_.SetState(models_[0], ModelState::kRetired);        // delta
  writer_.SetState(models_[1], ModelState::kAnonymousOnly);  // alpha
  writer_.SetState(models_[2], ModelState::kDraft);          // charlie
  Replica replica(database_);
  const auto plain = replica.WaitFor(AppendRandom(200));
  EXPECT_THAT(ModelsOf(plain), ::testing::UnorderedElementsAre("charlie", "bravo"));
  EXPECT_EQ(plain.vote_count(), 200) << "the hidden are counted all the same";
  v1::GetLeaderboardRequest request;
  request.set_include_retired(true);
  EXPECT_THAT(ModelsOf(*replica.Get(request)),
              ::testing::UnorderedElementsAre("charlie", "bravo", "delta"));
  v1::GetPairStatisticsRequest pairs;
  pairs.set_include_retired(true);
  const auto all = replica.GetPairs(pairs);
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(all->pairs_size(), 3);
  pairs.set_model("charlie");
  EXPECT_TRUE(replica.GetPairs(pairs).ok()) << "its votes are public";
  pairs.set_model("alpha");
  EXPECT_EQ(ReasonOf(replica.GetPairs(pairs).status()), "MODEL_NOT_FOUND");
}

TEST_F(RatingServiceTest, ADraftWithoutVotesLooksUnknown) {
  writer_.SetState(writer_.AddModel("newcomer"), ModelState::kDraft);
  writer_.AddModel("late");
  Replica replica(database_);
  replica.WaitFor(AppendRandom(50));
  v1::GetPairStatisticsRequest pairs;
  pairs.set_model("late");
  // When it is known, so is what was written before it.
  const absl::Time end = absl::Now() + kPatience;
  while (!replica.GetPairs(pairs).ok() && absl::Now() < end) {
  }
  EXPECT_TRUE(replica.GetPairs(pairs).ok());
  pairs.set_model("newcomer");
  const absl::Status draft = replica.GetPairs(pairs).status();
  pairs.set_model("nobody-at-all");
  EXPECT_EQ(ReasonOf(draft), "MODEL_NOT_FOUND");
  EXPECT_EQ(ReasonOf(replica.GetPairs(pairs).status()), ReasonOf(draft));
}

TEST_F(RatingServiceTest, RetirementIsSeenWithoutANewSnapshot) {
  Replica replica(database_);
  const auto before = replica.WaitFor(AppendRandom(200));
  EXPECT_EQ(before.rows_size(), 4);
  writer_.SetState(models_[0], ModelState::kRetired);
  const absl::Time end = absl::Now() + kPatience;
  v1::Leaderboard after;
  do {
    after = *replica.Get();
  } while (after.rows_size() == 4 && absl::Now() < end);
  EXPECT_EQ(after.rows_size(), 3);
  EXPECT_EQ(after.snapshot().snapshot_id(), before.snapshot().snapshot_id());
}

TEST_F(RatingServiceTest, PairPagesLeadThroughOneSnapshotWhileNewerOnesCome) {
  Replica replica(database_);
  const int64_t first = AppendRandom(300);
  replica.WaitFor(first);
  v1::GetPairStatisticsRequest request;
  request.set_page_size(4);
  auto page = replica.GetPairs(request);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->pairs_size(), 4);
  replica.WaitFor(AppendRandom(100));
  int64_t votes = 0;
  const auto count = [&votes](const v1::GetPairStatisticsResponse& response) {
    for (const v1::PairStatistics& pair : response.pairs()) {
      EXPECT_LT(pair.model_a(), pair.model_b());
      votes += pair.wins_a() + pair.wins_b() + pair.ties() + pair.both_bad();
    }
  };
  count(*page);
  request.set_page_token(page->next_page_token());
  page = replica.GetPairs(request);
  ASSERT_TRUE(page.ok()) << page.status();
  count(*page);
  EXPECT_EQ(page->position(), first);
  EXPECT_EQ(page->pairs_size(), 2);
  EXPECT_EQ(page->next_page_token(), "");
  EXPECT_EQ(votes, 300);
}

TEST_F(RatingServiceTest, PairStatisticsOfOneModelAreAsTheLeaderboardPredicts) {
  Replica replica(database_);
  const auto board = replica.WaitFor(AppendRandom(300));
  v1::GetPairStatisticsRequest request;
  request.set_model("bravo");
  const auto pairs = replica.GetPairs(request);
  ASSERT_TRUE(pairs.ok()) << pairs.status();
  ASSERT_EQ(pairs->pairs_size(), 3);
  std::map<std::string, double> ratings;
  for (const v1::LeaderboardRow& row : board.rows()) ratings[row.model()] = row.rating();
  for (const v1::PairStatistics& pair : pairs->pairs()) {
    const double difference = ratings[pair.model_b()] - ratings[pair.model_a()];
    EXPECT_NEAR(pair.predicted_win_rate(), 1 / (1 + std::pow(10, difference / 400)), 1e-12);
    const auto decided = static_cast<double>(pair.wins_a() + pair.wins_b());
    EXPECT_DOUBLE_EQ(pair.win_fraction(), static_cast<double>(pair.wins_a()) / decided);
  }
}

TEST_F(RatingServiceTest, BadPairRequestsAreRefused) {
  Replica replica(database_);
  replica.WaitFor(AppendRandom(20));
  struct Case {
    const char* name;
    int page_size;
    const char* model;
    const char* token;
    const char* reason;
  };
  for (const Case& test : {Case{"negative page", -1, "", "", "FIELD_INVALID"},
                           Case{"huge page", limits::kMaxPagePairs + 1, "", "", "FIELD_INVALID"},
                           Case{"unknown model", 0, "nobody", "", "MODEL_NOT_FOUND"},
                           Case{"garbage token", 0, "", "garbage", "FIELD_INVALID"},
                           Case{"token of no held counts", 0, "", "999999.0", "FIELD_INVALID"}}) {
    v1::GetPairStatisticsRequest request;
    request.set_page_size(test.page_size);
    request.set_model(test.model);
    request.set_page_token(test.token);
    EXPECT_EQ(ReasonOf(replica.GetPairs(request).status()), test.reason) << test.name;
  }
  v1::GetPairStatisticsRequest widest;
  widest.set_page_size(limits::kMaxPagePairs);
  EXPECT_TRUE(replica.GetPairs(widest).ok());
}

TEST_F(RatingServiceTest, TheMatchmakerSeesRatingsAndPairCounts) {
  writer_.SetState(models_[1], ModelState::kAnonymousOnly);
  Replica replica(database_);
  const int64_t position = AppendRandom(250);
  replica.WaitFor(position);
  const auto stub = internal::v1::RatingsService::NewStub(replica.channel());
  grpc::ClientContext context;
  rpc::SetDeadline(context, kPatience);
  const auto stream = stub->WatchRatings(&context, internal::v1::WatchRatingsRequest());
  internal::v1::WatchRatingsResponse ratings;
  ASSERT_TRUE(stream->Read(&ratings));
  EXPECT_EQ(ratings.position(), position);
  ASSERT_EQ(ratings.models_size(), 4) << "anonymous models are drawn too";
  EXPECT_EQ(ratings.models(0).model(), "alpha");
  EXPECT_GT(ratings.models(0).interval_width(), 0);
  int64_t votes = 0;
  for (const auto& pair : ratings.pairs()) votes += pair.vote_count();
  EXPECT_EQ(votes, 250);
  context.TryCancel();
}

TEST_F(RatingServiceTest, TwoReplicasPublishNothingTwiceAndServeTheSame) {
  Replica one(database_, Options{.lease_time = absl::Minutes(5)});
  Replica two(database_, Options{.lease_time = absl::Minutes(5)});
  int64_t position = 0;
  for (int round = 0; round < 10; ++round) {
    position = AppendRandom(20);
    one.WaitFor(position);
  }
  const auto from_one = one.WaitFor(position);
  const auto from_two = two.WaitFor(position);
  EXPECT_EQ(from_one.SerializeAsString(), from_two.SerializeAsString());
  EXPECT_EQ(writer_.Number("select count(*) - count(distinct (series, position)) "
                           "from arena.leaderboard_snapshots"),
            0);
  EXPECT_EQ(writer_.Number("select count(distinct term) from arena.leaderboard_snapshots"), 1);
}

TEST_F(RatingServiceTest, AStandbyTakesOverWhenTheLeaderStops) {
  auto leader = std::make_unique<Replica>(database_, Options{.lease_time = absl::Minutes(5)});
  leader->WaitFor(AppendRandom(20));
  Replica standby(database_);
  leader->Stop();
  const auto board = standby.WaitFor(AppendRandom(20));
  EXPECT_EQ(board.vote_count(), 40);
  EXPECT_GE(writer_.Number("select count(distinct term) from arena.leaderboard_snapshots"), 2);
}

TEST_F(RatingServiceTest, ARestartedReplicaServesTheLastSnapshotBeforeItHasReadTheLog) {
  int64_t position = 0;
  std::string digest;
  {
    Replica replica(database_);
    position = AppendRandom(50);
    digest = replica.WaitFor(position).snapshot().digest();
  }
  // Nobody can read the log now, so what is served can only be the stored snapshot.
  const auto blocker = OpenConnection(database_.conninfo());
  pqxx::work blocking(*blocker);
  blocking.exec("lock table arena.vote_log_head in access exclusive mode");
  Replica replica(database_);
  const auto board = replica.Get();
  ASSERT_TRUE(board.ok()) << board.status();
  EXPECT_EQ(board->snapshot().position(), position);
  EXPECT_EQ(board->snapshot().digest(), digest);
  blocking.abort();
}

TEST_F(RatingServiceTest, ReadsNeverWaitForTheLogTheFitOrTheDatabase) {
  Replica replica(database_);
  const int64_t position = AppendRandom(50);
  replica.WaitFor(position);
  // Publishing, loading, following and the directory all hang now. The lease comes first, as when
  // a snapshot is published.
  const auto blocker = OpenConnection(database_.conninfo());
  pqxx::work blocking(*blocker);
  blocking.exec(
      "lock table arena.leases, arena.leaderboard_snapshots, arena.vote_log_head, arena.models "
      "in access exclusive mode");
  for (int i = 0; i < 100; ++i) {
    const auto board = replica.Get();
    ASSERT_TRUE(board.ok()) << board.status();
    EXPECT_EQ(board->snapshot().position(), position);
  }
  EXPECT_TRUE(replica.GetPairs({}).ok());
  blocking.abort();
  replica.WaitFor(AppendRandom(10));
}

TEST_F(RatingServiceTest, ARetractionIsPublished) {
  Replica replica(database_);
  replica.WaitFor(AppendRandom(40));
  const int64_t position = writer_.AppendEntry(VoteKind::kRetraction, 1, votes_[0]);
  EXPECT_EQ(replica.WaitFor(position).vote_count(), 39);
}

TEST_F(RatingServiceTest, MetricsTellWhereItStands) {
  Replica replica(database_);
  replica.WaitFor(AppendRandom(40));
  for (const std::string line :
       {"arena_rating_applied_position 40", "arena_rating_head_position 40",
        "arena_rating_lag_positions 0", "arena_rating_snapshot_position{series=\"counts\"} 40",
        "arena_rating_is_leader 1", "arena_rating_vote_to_snapshot_seconds_count 1",
        "arena_rating_publish_failures_total{series=\"counts\"} 0"}) {
    // A snapshot is served a moment before it is counted.
    EXPECT_TRUE(testing::Eventually([&] {
      return absl::StrContains(replica.rating().MetricsText(), line);
    })) << line
        << " is not in " << replica.rating().MetricsText();
  }
}

TEST_F(RatingServiceTest, SnapshotsCoverEveryVoteWhileManyAreCast) {
  Replica replica(database_);
  int64_t position = 0;
  for (int round = 0; round < 60; ++round) position = AppendRandom(25);
  const auto board = replica.WaitFor(position);
  EXPECT_EQ(board.vote_count(), position);
  EXPECT_EQ(CanonicalJson(TableOf(board)), Offline(Method::kBradleyTerry));
}

}  // namespace
}  // namespace arena::rating
