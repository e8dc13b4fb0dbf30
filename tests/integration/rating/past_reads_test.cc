// Reads of what has been published: as of then, listed, exported, as a history.
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "arena/v1/leaderboard_admin_service.grpc.pb.h"
#include "common/base/limits.h"
#include "services/rating/core/snapshots/snapshot.h"
#include "tests/integration/rating/rating_fixture.h"

namespace arena::rating {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class PastReadsTest : public RatingServiceTest {
 protected:
  // Three snapshots of counts and three of Elo; the positions are 30, 60 and 90, and the n-th was
  // published n hours after 2026-01-01.
  void PublishThree(Replica& replica) {
    for (int n = 1; n <= 3; ++n) {
      Await(replica, AppendRandom(30));
      writer_.Execute(fmt::format(
          "update arena.leaderboard_snapshots "
          "set publish_time = timestamptz '2026-01-01 00:00:00+00' + interval '{} hours' "
          "where position = {}",
          n, 30 * n));
    }
  }

  void Await(Replica& replica, int64_t position) {
    replica.WaitFor(position);
    v1::WatchLeaderboardRequest elo;
    elo.set_method(v1::RATING_METHOD_ELO);
    replica.WaitFor(position, elo);
  }

  static google::protobuf::Timestamp HourOf2026(int hours) {
    google::protobuf::Timestamp time;
    time.set_seconds(1'767'225'600 + 3'600 * hours);
    return time;
  }

  int64_t IdOf(int64_t position, const char* series = "counts") {
    return writer_.Number(
        fmt::format("select snapshot_id from arena.leaderboard_snapshots "
                    "where position = {} and series = '{}'",
                    position, series));
  }

  void Thin(int64_t id) {
    writer_.Execute(fmt::format(
        "update arena.leaderboard_snapshots set is_thinned = true where snapshot_id = {}", id));
    writer_.Execute(fmt::format("delete from arena.leaderboard_tables where snapshot_id = {}", id));
  }

  // The position that a read finds, or why it finds none.
  static std::string Found(Replica& replica, const v1::GetLeaderboardRequest& request) {
    const auto board = replica.Get(request);
    return board.ok() ? std::to_string(board->snapshot().position()) : ReasonOf(board.status());
  }
  static std::string AtPosition(Replica& replica, int64_t position) {
    v1::GetLeaderboardRequest request;
    request.set_position(position);
    return Found(replica, request);
  }
  static std::string AtTime(Replica& replica, int hours) {
    v1::GetLeaderboardRequest request;
    *request.mutable_time() = HourOf2026(hours);
    return Found(replica, request);
  }
  static std::string AtSnapshot(Replica& replica, int64_t id) {
    v1::GetLeaderboardRequest request;
    request.set_snapshot_id(id);
    return Found(replica, request);
  }

  static absl::StatusOr<std::vector<v1::ExportSnapshotResponse>> Export(
      Replica& replica, const v1::ExportSnapshotRequest& request) {
    const auto stub = v1::LeaderboardAdminService::NewStub(replica.channel());
    grpc::ClientContext context;
    rpc::SetDeadline(context, kPatience);
    const auto stream = stub->ExportSnapshot(&context, request);
    std::vector<v1::ExportSnapshotResponse> parts;
    v1::ExportSnapshotResponse part;
    while (stream->Read(&part)) parts.push_back(part);
    const absl::Status status = rpc::FromGrpcStatus(stream->Finish());
    if (!status.ok()) return status;
    return parts;
  }
};

TEST_F(PastReadsTest, AsOfIsTheNewestAtOrBefore) {
  Replica replica(database_);
  PublishThree(replica);
  EXPECT_EQ(AtPosition(replica, 29), "SNAPSHOT_NOT_FOUND");
  EXPECT_EQ(AtPosition(replica, 30), "30");
  EXPECT_EQ(AtPosition(replica, 89), "60");
  EXPECT_EQ(AtPosition(replica, INT64_MAX), "90");
  EXPECT_EQ(AtTime(replica, 0), "SNAPSHOT_NOT_FOUND");
  EXPECT_EQ(AtTime(replica, 2), "60");
  EXPECT_EQ(AtTime(replica, 100), "90");
  EXPECT_EQ(AtSnapshot(replica, IdOf(60)), "60");
  EXPECT_EQ(AtSnapshot(replica, 1'000'000), "SNAPSHOT_NOT_FOUND");
  EXPECT_EQ(AtSnapshot(replica, IdOf(60, "elo")), "SNAPSHOT_NOT_FOUND") << "another series";
}

TEST_F(PastReadsTest, AsOfNowIsTheNewestFromMemory) {
  Replica replica(database_);
  PublishThree(replica);
  v1::GetLeaderboardRequest request;
  v1::Leaderboard newest = *replica.Get(request);
  request.set_position(90);
  v1::Leaderboard stored = *replica.Get(request);
  newest.mutable_snapshot()->clear_publish_time();  // changed above
  stored.mutable_snapshot()->clear_publish_time();
  EXPECT_EQ(newest.SerializeAsString(), stored.SerializeAsString());
}

TEST_F(PastReadsTest, AfterThinningTheOneBeforeIsRead) {
  Replica replica(database_);
  PublishThree(replica);
  Thin(IdOf(60));
  EXPECT_EQ(AtPosition(replica, 60), "30");
  EXPECT_EQ(AtTime(replica, 2), "30");
  EXPECT_EQ(AtSnapshot(replica, IdOf(60)), "SNAPSHOT_NOT_FOUND");
  EXPECT_EQ(AtPosition(replica, 90), "90");
}

TEST_F(PastReadsTest, ThePastHasMethodsBoardsAndModelsAsAskedFor) {
  Replica replica(database_);
  PublishThree(replica);
  v1::GetLeaderboardRequest elo;
  elo.set_method(v1::RATING_METHOD_ELO);
  elo.set_position(60);
  const auto past = replica.Get(elo);
  ASSERT_TRUE(past.ok()) << past.status();
  EXPECT_EQ(past->method(), v1::RATING_METHOD_ELO);
  EXPECT_EQ(past->vote_count(), 60);
  v1::GetLeaderboardRequest english;
  english.set_board("language-en");
  english.set_position(60);
  EXPECT_EQ(Found(replica, english), "BOARD_NOT_PUBLISHED") << "it has 60 votes of 300";

  // Retirement and hiding are those of today.
  writer_.SetState(models_[0], ModelState::kRetired);
  writer_.SetState(models_[1], ModelState::kAnonymousOnly);
  v1::GetLeaderboardRequest overall;
  overall.set_position(60);
  const absl::Time end = absl::Now() + kPatience;
  while (replica.Get(overall)->rows_size() != 2 && absl::Now() < end) {
  }
  EXPECT_THAT(ModelsOf(*replica.Get(overall)), UnorderedElementsAre("charlie", "bravo"));
  overall.set_include_retired(true);
  EXPECT_THAT(ModelsOf(*replica.Get(overall)), UnorderedElementsAre("charlie", "bravo", "delta"));
}

TEST_F(PastReadsTest, StyleControlledBoardsAreReadInTheSameWay) {
  Replica replica(database_, {.style_interval = absl::Milliseconds(50)});
  const int64_t position = AppendRandom(100);
  v1::WatchLeaderboardRequest watch;
  watch.set_style_control(true);
  const v1::Leaderboard board = replica.WaitFor(position, watch);
  EXPECT_TRUE(board.style_control());
  EXPECT_EQ(board.method(), v1::RATING_METHOD_BRADLEY_TERRY);
  EXPECT_EQ(board.snapshot().series(), v1::SNAPSHOT_SERIES_STYLE);
  EXPECT_EQ(board.vote_count(), 100);
  v1::GetLeaderboardRequest past;
  past.set_style_control(true);
  past.set_position(position);
  const auto stored = replica.Get(past);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->snapshot().snapshot_id(), board.snapshot().snapshot_id());
  EXPECT_EQ(ModelsOf(*stored), ModelsOf(board));
  const auto categories =
      replica.Call(&LeaderboardStub::ListCategories, v1::ListCategoriesRequest());
  ASSERT_TRUE(categories.ok()) << categories.status();
  EXPECT_TRUE(categories->categories(0).style_control_published());
}

TEST_F(PastReadsTest, BadMomentsAreRefused) {
  Replica replica(database_);
  EXPECT_EQ(AtPosition(replica, 0), "FIELD_INVALID");
  EXPECT_EQ(AtPosition(replica, -1), "FIELD_INVALID");
  EXPECT_EQ(AtSnapshot(replica, 0), "FIELD_INVALID");
  v1::GetLeaderboardRequest request;
  request.mutable_time()->set_nanos(-1);
  EXPECT_EQ(Found(replica, request), "FIELD_INVALID");
  request.mutable_time()->set_nanos(0);
  request.mutable_time()->set_seconds(INT64_MAX);
  EXPECT_EQ(Found(replica, request), "FIELD_INVALID");
  request.mutable_time()->set_seconds(-62'135'596'800);  // the year 1
  EXPECT_EQ(Found(replica, request), "SNAPSHOT_NOT_FOUND");
  request.mutable_time()->set_seconds(253'402'300'799);  // the year 9999
  EXPECT_EQ(Found(replica, request), "SNAPSHOT_NOT_FOUND");
}

TEST_F(PastReadsTest, SnapshotsAreListedPageByPage) {
  Replica replica(database_);
  PublishThree(replica);
  Thin(IdOf(30));
  v1::ListSnapshotsRequest request;
  *request.mutable_end_time() = HourOf2026(4);
  request.set_page_size(2);
  std::vector<int64_t> ids;
  int pages = 0;
  do {
    const auto page = replica.Call(&LeaderboardStub::ListSnapshots, request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::SnapshotInfo& info : page->snapshots()) {
      ids.push_back(info.snapshot_id());
      EXPECT_EQ(info.settings_json(), "");
      EXPECT_EQ(info.digest().size(), 64u);
      EXPECT_EQ(info.thinned(), info.snapshot_id() == IdOf(30));
    }
    request.set_page_token(page->next_page_token());
    ++pages;
  } while (!request.page_token().empty() && pages < 100);
  const int64_t published = writer_.Number(
      "select count(*) from arena.leaderboard_snapshots where publish_time < '2026-01-01 04:00Z'");
  EXPECT_EQ(static_cast<int64_t>(ids.size()), published);
  EXPECT_GE(published, 6);
  EXPECT_EQ(pages, (published + 1) / 2);
  EXPECT_TRUE(std::ranges::is_sorted(ids, std::greater<>()));
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end()) << "none twice";
}

TEST_F(PastReadsTest, AListingIsOfASeriesATimeAndWhatIsRetained) {
  Replica replica(database_);
  PublishThree(replica);
  Thin(IdOf(30));
  const auto positions = [&](const v1::ListSnapshotsRequest& request) {
    std::vector<int64_t> listed;
    const auto page = replica.Call(&LeaderboardStub::ListSnapshots, request);
    EXPECT_TRUE(page.ok()) << page.status();
    for (const v1::SnapshotInfo& info : page->snapshots()) {
      listed.push_back(info.position());
    }
    return listed;
  };
  v1::ListSnapshotsRequest request;
  request.set_series(v1::SNAPSHOT_SERIES_COUNTS);
  EXPECT_THAT(positions(request), ElementsAre(90, 60, 30));
  request.set_retained_only(true);
  EXPECT_THAT(positions(request), ElementsAre(90, 60));
  *request.mutable_end_time() = HourOf2026(3);
  EXPECT_THAT(positions(request), ElementsAre(60));
  request.set_series(v1::SNAPSHOT_SERIES_ELO);
  EXPECT_THAT(positions(request), ElementsAre(60, 30));
}

TEST_F(PastReadsTest, BadListingsAreRefused) {
  Replica replica(database_);
  const auto reason = [&](auto change) {
    v1::ListSnapshotsRequest request;
    change(request);
    return ReasonOf(replica.Call(&LeaderboardStub::ListSnapshots, request).status());
  };
  EXPECT_EQ(reason([](auto&) {}), "") << "nothing to list is no error";
  EXPECT_EQ(reason([](auto& r) { r.set_page_size(-1); }), "FIELD_INVALID");
  EXPECT_EQ(reason([](auto& r) { r.set_page_size(limits::kMaxPageSnapshots + 1); }),
            "FIELD_INVALID");
  EXPECT_EQ(reason([](auto& r) { r.set_page_token("x"); }), "FIELD_INVALID");
  EXPECT_EQ(reason([](auto& r) { r.set_series(static_cast<v1::SnapshotSeries>(9)); }),
            "FIELD_INVALID");
  EXPECT_EQ(reason([](auto& r) { r.mutable_end_time()->set_nanos(1'000'000'000); }),
            "FIELD_INVALID");
}

TEST_F(PastReadsTest, AHistoryIsOfTheAskedModelsOldestFirst) {
  Replica replica(database_);
  PublishThree(replica);
  writer_.SetState(models_[0], ModelState::kRetired);  // delta; retired ones may be named
  v1::GetRatingHistoryRequest request;
  request.add_models("bravo");
  request.add_models("delta");
  request.set_page_size(2);
  std::vector<int64_t> positions;
  do {
    const auto page = replica.Call(&LeaderboardStub::GetRatingHistory, request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::RatingHistoryPoint& point : page->points()) {
      positions.push_back(point.position());
      ASSERT_EQ(point.rows_size(), 2);
      EXPECT_EQ(point.rows(0).display_name(), "");
      EXPECT_EQ(point.snapshot_id(), IdOf(point.position()));
      v1::GetLeaderboardRequest as_of;
      as_of.set_position(point.position());
      as_of.set_include_retired(true);
      const auto board = replica.Get(as_of);
      ASSERT_TRUE(board.ok()) << board.status();
      EXPECT_EQ(point.publish_time().seconds(), board->snapshot().publish_time().seconds());
      for (const v1::LeaderboardRow& row : board->rows()) {
        for (const v1::LeaderboardRow& mine : point.rows()) {
          if (mine.model() != row.model()) continue;
          EXPECT_EQ(mine.rating(), row.rating());
        }
      }
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(positions, ElementsAre(30, 60, 90));
}

TEST_F(PastReadsTest, AHistoryHasStepsAndBounds) {
  Replica replica(database_);
  PublishThree(replica);
  const auto positions = [&](auto change) {
    v1::GetRatingHistoryRequest request;
    request.add_models("bravo");
    change(request);
    std::vector<int64_t> found;
    const auto page = replica.Call(&LeaderboardStub::GetRatingHistory, request);
    EXPECT_TRUE(page.ok()) << page.status();
    for (const v1::RatingHistoryPoint& point : page->points()) {
      found.push_back(point.position());
    }
    return found;
  };
  EXPECT_THAT(positions([](auto& r) { r.mutable_step()->set_seconds(2 * 3'600); }),
              ElementsAre(30, 90));
  EXPECT_THAT(positions([](auto& r) { *r.mutable_start_time() = HourOf2026(2); }),
              ElementsAre(60, 90));
  EXPECT_THAT(positions([](auto& r) { *r.mutable_end_time() = HourOf2026(2); }), ElementsAre(30));
  EXPECT_THAT(positions([](auto& r) { r.set_method(v1::RATING_METHOD_ELO); }),
              ElementsAre(30, 60, 90));
  EXPECT_THAT(positions([](auto& r) { r.set_board("coding"); }), ElementsAre());
}

TEST_F(PastReadsTest, ALongHistoryIsReadBatchByBatch) {
  Replica replica(database_);
  Await(replica, AppendRandom(30));
  constexpr int kCopies = 2 * limits::kHistoryBatch;
  writer_.Execute(fmt::format(
      "insert into arena.leaderboard_snapshots "
      "(series, position, settings, library_version, digest, term) "
      "select series, position + n, settings, library_version, digest, term "
      "from arena.leaderboard_snapshots, generate_series(1, {}) n where series = 'counts'",
      kCopies));
  writer_.Execute(
      "insert into arena.leaderboard_tables (snapshot_id, board, method, content) "
      "select s.snapshot_id, t.board, t.method, t.content "
      "from arena.leaderboard_snapshots s, arena.leaderboard_tables t "
      "where s.position > 30 and t.method = 'bt' and t.board = 'overall' "
      "and t.snapshot_id = (select min(snapshot_id) from arena.leaderboard_snapshots "
      "where series = 'counts')");
  for (const int size : {kCopies + 1, kCopies, limits::kHistoryBatch}) {
    v1::GetRatingHistoryRequest request;
    request.add_models("bravo");
    request.set_page_size(size);
    const auto page = replica.Call(&LeaderboardStub::GetRatingHistory, request);
    ASSERT_TRUE(page.ok()) << page.status();
    ASSERT_EQ(page->points_size(), size);
    for (int i = 0; i < size; ++i) EXPECT_EQ(page->points(i).position(), 30 + i);
    EXPECT_EQ(page->next_page_token().empty(), size == kCopies + 1);
  }
}

TEST_F(PastReadsTest, BadHistoriesAreRefused) {
  writer_.SetState(models_[1], ModelState::kAnonymousOnly);  // alpha
  Replica replica(database_);
  const auto reason = [&](auto change) {
    v1::GetRatingHistoryRequest request;
    request.add_models("bravo");
    change(request);
    return ReasonOf(replica.Call(&LeaderboardStub::GetRatingHistory, request).status());
  };
  EXPECT_EQ(reason([](auto&) {}), "") << "no history yet is no error";
  EXPECT_EQ(reason([](auto& r) { r.clear_models(); }), "FIELD_INVALID");
  const auto reason_of_models = [&](int count) {
    return reason([count](auto& r) {
      while (r.models_size() < count) r.add_models("bravo");
    });
  };
  EXPECT_EQ(reason_of_models(limits::kHistoryModels), "");
  EXPECT_EQ(reason_of_models(limits::kHistoryModels + 1), "FIELD_INVALID");
  EXPECT_EQ(reason([](auto& r) { r.add_models("nobody"); }), "MODEL_NOT_FOUND");
  EXPECT_EQ(reason([](auto& r) { r.add_models("alpha"); }), "MODEL_NOT_FOUND");
  EXPECT_EQ(reason([](auto& r) { r.set_board("no-such-board"); }), "BOARD_NOT_FOUND");
  EXPECT_EQ(reason([](auto& r) { r.set_page_size(limits::kMaxPageHistory + 1); }), "FIELD_INVALID");
  EXPECT_EQ(reason([](auto& r) { r.set_page_token("1"); }), "FIELD_INVALID");
  EXPECT_EQ(reason([](auto& r) { r.mutable_step()->set_nanos(1); }), "FIELD_INVALID");
  EXPECT_EQ(reason([](auto& r) { r.mutable_step()->set_seconds(-1); }), "FIELD_INVALID");
  EXPECT_EQ(reason([](auto& r) { r.mutable_step()->set_seconds(366 * 86'400 + 1); }),
            "FIELD_INVALID");
  EXPECT_EQ(reason([](auto& r) { r.mutable_start_time()->set_nanos(-1); }), "FIELD_INVALID");
  EXPECT_EQ(reason([](auto& r) {
              r.set_method(v1::RATING_METHOD_ELO);
              r.set_style_control(true);
            }),
            "FIELD_INVALID");
}

TEST_F(PastReadsTest, AnExportIsTheHeaderAndEveryTableWithTheDigest) {
  writer_.SetState(models_[1], ModelState::kAnonymousOnly);
  Replica replica(database_, {.board_minimum_votes = 1});
  PublishThree(replica);
  const auto parts = Export(replica, {});
  ASSERT_TRUE(parts.ok()) << parts.status();
  const v1::SnapshotInfo& header = parts->front().snapshot();
  EXPECT_EQ(header.position(), 90);
  EXPECT_EQ(header.series(), v1::SNAPSHOT_SERIES_COUNTS);
  EXPECT_NE(header.settings_json(), "");
  std::vector<EncodedTable> tables;
  std::vector<std::string> boards;
  for (size_t i = 1; i < parts->size(); ++i) {
    const v1::SnapshotTable& table = (*parts)[i].table();
    tables.push_back({table.board(), table.method(), table.content()});
    boards.push_back(table.board());
    EXPECT_EQ(table.method(), "bt");
  }
  EXPECT_THAT(boards, ElementsAre("language-en", "overall", "without-refusals",
                                  "without-short-prompts", "without-ties"));
  EXPECT_EQ(DigestOf(tables), header.digest());
  EXPECT_THAT(tables[1].content, ::testing::HasSubstr("\"alpha\"")) << "anonymous models too";
}

TEST_F(PastReadsTest, BeforeTheFirstSnapshotThereIsNoneToExport) {
  Replica replica(database_);
  for (const v1::SnapshotSeries series :
       {v1::SNAPSHOT_SERIES_UNSPECIFIED, v1::SNAPSHOT_SERIES_ELO, v1::SNAPSHOT_SERIES_STYLE}) {
    v1::ExportSnapshotRequest request;
    request.set_series(series);
    EXPECT_EQ(ReasonOf(Export(replica, request).status()), "SNAPSHOT_NOT_FOUND");
  }
}

TEST_F(PastReadsTest, AnyRetainedSnapshotCanBeExported) {
  Replica replica(database_);
  PublishThree(replica);
  v1::ExportSnapshotRequest request;
  request.set_series(v1::SNAPSHOT_SERIES_ELO);
  EXPECT_EQ(Export(replica, request)->front().snapshot().snapshot_id(), IdOf(90, "elo"));
  request.set_snapshot_id(IdOf(60));
  EXPECT_EQ(Export(replica, request)->front().snapshot().snapshot_id(), IdOf(60));
  Thin(IdOf(60));
  EXPECT_EQ(ReasonOf(Export(replica, request).status()), "SNAPSHOT_NOT_FOUND");
  request.set_snapshot_id(1'000'000);
  EXPECT_EQ(ReasonOf(Export(replica, request).status()), "SNAPSHOT_NOT_FOUND");
  request.set_snapshot_id(-1);
  EXPECT_EQ(ReasonOf(Export(replica, request).status()), "FIELD_INVALID");
  request.set_snapshot_id(0);
  request.set_series(static_cast<v1::SnapshotSeries>(9));
  EXPECT_EQ(ReasonOf(Export(replica, request).status()), "FIELD_INVALID");
}

}  // namespace
}  // namespace arena::rating
