#include "services/rating/storage/snapshot_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/postgres/connection.h"
#include "services/rating/live/follower.h"
#include "services/rating/live/lease_keeper.h"
#include "services/rating/live/thinner.h"
#include "services/rating/model/library_version.h"
#include "services/rating/storage/lease_store.h"
#include "tests/support/seed.h"
#include "tests/support/test_postgres.h"
#include "tests/support/vote_log_writer.h"

namespace arena::rating {
namespace {

constexpr char kName[] = "rating-publisher";
constexpr absl::Duration kLong = absl::Minutes(5);

class SnapshotStoreTest : public ::testing::Test {
 protected:
  SnapshotStoreTest() {
    const ModelId a = writer_.AddModel("a");
    const ModelId b = writer_.AddModel("b");
    const ModelId c = writer_.AddModel("c");
    SeededRandom random(testing::TestSeed());
    writer_.Append(testing::RandomVotes({a, b, c}, 200, random));
  }

  // A draft of what the log says now, under another position if one is given.
  SnapshotDraft Draft(int64_t position = 0, Series series = Series::kCounts) {
    Follower follower({}, log_, models_, checkpoints_, metrics_);
    EXPECT_TRUE(follower.Step().ok());
    const SeriesSettings settings{.board_minimum_votes = 1};
    SnapshotDraft draft{.series = series,
                        .position = position == 0 ? follower.position() : position,
                        .settings = SettingsJson(series, settings),
                        .library_version = std::string(kLibraryVersion),
                        .digest = "",
                        .tables = EncodeTables(*ComputeTables(series, *follower.View(), settings))};
    draft.digest = DigestOf(draft.tables);
    return draft;
  }

  Lease Take(const std::string& holder, absl::Duration duration = kLong) {
    auto lease = leases_.Acquire(kName, holder, duration);
    EXPECT_TRUE(lease.ok() && lease->has_value()) << holder << " did not get the lease";
    return **lease;
  }

  void LetLeaseExpire() {
    writer_.Execute("update arena.leases set expire_time = clock_timestamp()");
  }

  int64_t Stored() { return writer_.Number("select count(*) from arena.leaderboard_snapshots"); }

  testing::TestDatabase test_database_;
  testing::VoteLogWriter writer_{test_database_.conninfo()};
  // With the rights that the service has.
  Database database_{{.conninfo = test_database_.conninfo("arena_rating")}};
  VoteLogReader log_{{.conninfo = test_database_.conninfo("arena_rating")}};
  ModelReader models_{database_};
  CheckpointStore checkpoints_{database_};
  SnapshotStore store_{database_};
  LeaseStore leases_{database_};
  metrics::Registry registry_{"rating"};
  RatingMetrics metrics_{registry_};
};

TEST_F(SnapshotStoreTest, WhatIsReadBackHasTheSameBits) {
  const SnapshotDraft draft = Draft();
  const auto header = store_.Publish(Take("one"), draft);
  ASSERT_TRUE(header.ok() && header->has_value()) << header.status();
  const auto read = store_.ReadNewer(Series::kCounts, 0);
  ASSERT_TRUE(read.ok() && read->has_value()) << read.status();
  EXPECT_EQ((*read)->header.id, (*header)->id);
  EXPECT_EQ((*read)->header.position, 200);
  EXPECT_EQ((*read)->header.publish_time, (*header)->publish_time);
  EXPECT_EQ((*read)->header.settings, draft.settings);
  EXPECT_EQ(DigestOf(EncodeTables((*read)->tables)), draft.digest);
}

TEST_F(SnapshotStoreTest, EachSeriesIsPublishedAndReadByItself) {
  const Lease lease = Take("one");
  const auto counts = store_.Publish(lease, Draft());
  const auto elo = store_.Publish(lease, Draft(0, Series::kElo));
  ASSERT_TRUE(counts.ok() && counts->has_value()) << counts.status();
  ASSERT_TRUE(elo.ok() && elo->has_value()) << elo.status();
  const auto read = store_.ReadNewer(Series::kElo, 0);
  ASSERT_TRUE(read.ok() && read->has_value()) << read.status();
  EXPECT_EQ((*read)->header.id, (*elo)->id);
  EXPECT_EQ((*read)->header.series, Series::kElo);
  EXPECT_EQ((*read)->tables.front()->method, "elo");
  EXPECT_EQ(store_.ReadNewer(Series::kCounts, 0)->value().header.id, (*counts)->id);
  EXPECT_FALSE(store_.ReadNewer(Series::kStyle, 0)->has_value());
}

TEST_F(SnapshotStoreTest, AThinnedSnapshotKeepsItsHeaderAlone) {
  const Lease lease = Take("one");
  const int64_t old_id = store_.Publish(lease, Draft(150))->value().id;
  const int64_t new_id = store_.Publish(lease, Draft())->value().id;
  const int64_t thin[] = {old_id};
  ASSERT_TRUE(store_.Thin(thin).ok());
  ASSERT_TRUE(store_.Thin(thin).ok()) << "bears repetition";
  const auto retained = store_.ListRetained(Series::kCounts);
  ASSERT_TRUE(retained.ok()) << retained.status();
  ASSERT_EQ(retained->size(), 1u);
  EXPECT_EQ(retained->front().id, new_id);
  EXPECT_EQ(Stored(), 2);
  EXPECT_EQ(writer_.Number("select count(distinct snapshot_id) from arena.leaderboard_tables"), 1);
}

TEST_F(SnapshotStoreTest, NothingOfAPublishedSnapshotCanBeChangedButThatItIsThinned) {
  ASSERT_TRUE(store_.Publish(Take("one"), Draft())->has_value());
  for (const char* column : {"position", "settings", "digest", "publish_time", "series"}) {
    const absl::Status changed = database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
      session.exec(std::string("update arena.leaderboard_snapshots set ") + column + " = " +
                   column);
      return absl::OkStatus();
    });
    EXPECT_FALSE(changed.ok()) << column;
  }
}

TEST_F(SnapshotStoreTest, NothingNewerIsNothing) {
  const auto header = store_.Publish(Take("one"), Draft());
  ASSERT_TRUE(header.ok() && header->has_value());
  EXPECT_EQ(store_.ReadNewer(Series::kCounts, (*header)->id)->has_value(), false);
}

TEST_F(SnapshotStoreTest, TheSamePositionIsPublishedOnce) {
  const Lease lease = Take("one");
  EXPECT_TRUE(store_.Publish(lease, Draft())->has_value());
  EXPECT_FALSE(store_.Publish(lease, Draft())->has_value());
  EXPECT_EQ(Stored(), 1);
}

TEST_F(SnapshotStoreTest, AnOlderPositionIsNotPublishedAfterANewerOne) {
  const Lease lease = Take("one");
  EXPECT_TRUE(store_.Publish(lease, Draft())->has_value());
  EXPECT_FALSE(store_.Publish(lease, Draft(150))->has_value());
  EXPECT_EQ(Stored(), 1);
}

TEST_F(SnapshotStoreTest, OtherSettingsArePublishedAtTheSamePosition) {
  const Lease lease = Take("one");
  EXPECT_TRUE(store_.Publish(lease, Draft())->has_value());
  SnapshotDraft other = Draft();
  other.settings = "{}";
  EXPECT_TRUE(store_.Publish(lease, other)->has_value());
  EXPECT_EQ(Stored(), 2);
}

TEST_F(SnapshotStoreTest, AnExpiredTermPublishesNothing) {
  const Lease lease = Take("one");
  LetLeaseExpire();
  EXPECT_TRUE(absl::IsFailedPrecondition(store_.Publish(lease, Draft()).status()));
  EXPECT_EQ(Stored(), 0);
}

TEST_F(SnapshotStoreTest, AFormerHolderPublishesNothing) {
  const Lease former = Take("one");
  LetLeaseExpire();
  const Lease current = Take("two");
  EXPECT_GT(current.term, former.term);
  EXPECT_TRUE(absl::IsFailedPrecondition(store_.Publish(former, Draft()).status()));
  EXPECT_TRUE(store_.Publish(current, Draft())->has_value());
  EXPECT_EQ(writer_.Number("select term from arena.leaderboard_snapshots"), current.term);
}

TEST_F(SnapshotStoreTest, AnEarlierTermOfTheSameHolderPublishesNothing) {
  const Lease former = Take("one");
  LetLeaseExpire();
  const Lease current = Take("one");
  EXPECT_GT(current.term, former.term);
  EXPECT_TRUE(absl::IsFailedPrecondition(store_.Publish(former, Draft()).status()));
}

TEST_F(SnapshotStoreTest, OfManyPublishersAtOnceOneGetsThrough) {
  const Lease lease = Take("one");
  const SnapshotDraft draft = Draft();
  std::vector<std::thread> publishers;
  std::atomic<int> published = 0;
  for (int i = 0; i < 6; ++i) {
    publishers.emplace_back([&] {
      const auto header = store_.Publish(lease, draft);
      ASSERT_TRUE(header.ok()) << header.status();
      if (header->has_value()) ++published;
    });
  }
  for (std::thread& publisher : publishers) publisher.join();
  EXPECT_EQ(published, 1);
  EXPECT_EQ(Stored(), 1);
}

TEST_F(SnapshotStoreTest, TablesThatWereTamperedWithAreRefused) {
  const SnapshotDraft draft = Draft();
  ASSERT_TRUE(store_.Publish(Take("one"), draft)->has_value());
  ASSERT_GT(draft.tables.size(), 1u);
  for (const EncodedTable& table : draft.tables) {
    const auto replace = [&](const std::string& what, const std::string& by) {
      writer_.Execute(
          fmt::format("update arena.leaderboard_tables set content = replace(content, '{}', '{}') "
                      "where board = '{}'",
                      what, by, table.board));
    };
    replace(R"("votes":)", R"("votes":1)");
    EXPECT_TRUE(absl::IsDataLoss(store_.ReadNewer(Series::kCounts, 0).status())) << table.board;
    replace(R"("votes":1)", R"("votes":)");
    EXPECT_TRUE(store_.ReadNewer(Series::kCounts, 0).ok()) << table.board;
  }
}

class ThinnerTest : public SnapshotStoreTest {
 protected:
  // Publishes so many snapshots and makes them as old as that.
  void PublishOld(int count, const std::string& age, const Lease& lease) {
    const int64_t first = Stored();
    for (int i = 0; i < count; ++i) {
      EXPECT_TRUE(store_.Publish(lease, Draft(++position_))->has_value());
    }
    writer_.Execute("update arena.leaderboard_snapshots set publish_time = now() - interval '" +
                    age + "' where snapshot_id > " + std::to_string(first));
  }
  int64_t Retained() {
    return writer_.Number("select count(distinct snapshot_id) from arena.leaderboard_tables");
  }

  int64_t position_ = 0;
  SystemClock clock_;
  LeaseKeeper keeper_{{.name = kName, .holder = "one", .duration = kLong}, leases_};
  Thinner thinner_{clock_, keeper_, store_, metrics_};
};

TEST_F(ThinnerTest, OfOldSnapshotsTheLastOfEachHourStaysForTheLeaderToSee) {
  const Lease lease = Take("one");
  PublishOld(4, "50 hours", lease);
  PublishOld(3, "40 hours", lease);
  PublishOld(2, "0", lease);
  ASSERT_TRUE(thinner_.Step().ok());
  EXPECT_EQ(Retained(), 9) << "not the leader yet";
  ASSERT_TRUE(keeper_.Step().ok());
  ASSERT_TRUE(thinner_.Step().ok());
  EXPECT_EQ(Retained(), 1 + 1 + 2);
  EXPECT_EQ(Stored(), 9) << "headers stay";
  ASSERT_TRUE(thinner_.Step().ok());
  EXPECT_EQ(Retained(), 1 + 1 + 2);
}

// Headers and tables as a long life leaves them, without the work of computing them.
TEST_F(ThinnerTest, OldTablesGoBatchByBatch) {
  const auto many = static_cast<int64_t>(2 * limits::kThinnedAtOnce) + 10;
  writer_.Execute(
      "insert into arena.leaderboard_snapshots (series, position, settings, library_version, "
      "digest, "
      "term, publish_time) select 'counts', n, '{}', '1', '', 1, "
      "now() - interval '50 hours' from generate_series(1, " +
      std::to_string(many) + ") n");
  writer_.Execute(
      "insert into arena.leaderboard_tables (snapshot_id, board, method, content) "
      "select snapshot_id, 'overall', 'bt', '{}' from arena.leaderboard_snapshots");
  ASSERT_TRUE(keeper_.Step().ok());
  ASSERT_TRUE(thinner_.Step().ok());
  EXPECT_EQ(Retained(), 1);
  EXPECT_EQ(store_.ListRetained(Series::kCounts)->size(), 1u);
}

class LeaseStoreTest : public SnapshotStoreTest {};

TEST_F(LeaseStoreTest, OnlyOneHoldsIt) {
  Take("one");
  EXPECT_FALSE(leases_.Acquire(kName, "two", kLong)->has_value());
}

TEST_F(LeaseStoreTest, ARenewalKeepsTheTerm) {
  const Lease first = Take("one");
  EXPECT_EQ(Take("one").term, first.term);
}

TEST_F(LeaseStoreTest, AnExpiredLeaseGoesToAnotherWithAHigherTerm) {
  const Lease first = Take("one");
  LetLeaseExpire();
  EXPECT_EQ(Take("two").term, first.term + 1);
  EXPECT_FALSE(leases_.Acquire(kName, "one", kLong)->has_value());
}

TEST_F(LeaseStoreTest, AReleasedLeaseIsFreeAtOnce) {
  const Lease first = Take("one");
  ASSERT_TRUE(leases_.Release(first).ok());
  EXPECT_EQ(Take("two").term, first.term + 1);
}

TEST_F(LeaseStoreTest, AFormerHolderReleasesNothing) {
  const Lease first = Take("one");
  LetLeaseExpire();
  Take("two");
  ASSERT_TRUE(leases_.Release(first).ok());
  EXPECT_FALSE(leases_.Acquire(kName, "one", kLong)->has_value());
}

TEST_F(LeaseStoreTest, AHolderThatFreezesInItsTransactionDoesNotKeepTheLease) {
  const auto connection = OpenConnection(test_database_.conninfo("arena_rating"));
  const Lease frozen = Take("one", absl::Seconds(1));
  pqxx::work work(*connection);
  ASSERT_TRUE(LockLease(work, frozen).ok());
  // Waits for the row's lock, until the server has had enough of the silent session.
  EXPECT_EQ(Take("two").term, frozen.term + 1);
  EXPECT_ANY_THROW(work.exec("select 1"));
}

TEST_F(LeaseStoreTest, OfManyAtOnceOneGetsIt) {
  std::vector<std::thread> callers;
  std::atomic<int> got = 0;
  for (int i = 0; i < 6; ++i) {
    callers.emplace_back([&, holder = std::to_string(i)] {
      const auto lease = leases_.Acquire(kName, holder, kLong);
      ASSERT_TRUE(lease.ok()) << lease.status();
      if (lease->has_value()) ++got;
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(got, 1);
}

}  // namespace
}  // namespace arena::rating
