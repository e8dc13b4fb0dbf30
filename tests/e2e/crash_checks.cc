#include "tests/e2e/crash_checks.h"

#include <gtest/gtest.h>

#include <map>
#include <pqxx/pqxx>

#include "absl/time/clock.h"
#include "arena/v1/leaderboard_service.grpc.pb.h"
#include "common/postgres/database.h"
#include "common/rpc/channel.h"
#include "tests/e2e/exported_log.h"

namespace arena::testing {
namespace {

constexpr absl::Duration kPlayWait = absl::Minutes(1);

struct LoggedVote {
  int64_t position = 0;
  int choice = 0;
  std::string left;
  std::string right;
};

std::multimap<std::string, LoggedVote> ReadLog(const ArenaCluster& cluster) {
  std::multimap<std::string, LoggedVote> log;
  Database database({.conninfo = cluster.database().conninfo()});
  const absl::Status read = database.Run([&](pqxx::nontransaction& session) {
    log.clear();
    for (const auto& row :
         session.exec("select v.battle_id, v.position, v.choice, l.name, r.name "
                      "from arena.vote_log v join arena.models l on l.id = v.left_model "
                      "join arena.models r on r.id = v.right_model")) {
      log.emplace(row[0].as<std::string>(), LoggedVote{.position = row[1].as<int64_t>(),
                                                       .choice = row[2].as<int>(),
                                                       .left = row[3].as<std::string>(),
                                                       .right = row[4].as<std::string>()});
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(read.ok()) << read;
  return log;
}

void ExpectOnceAndAsAcknowledged(const std::multimap<std::string, LoggedVote>& log,
                                 const AcknowledgedVote& vote) {
  ASSERT_EQ(log.count(vote.battle_id), 1u) << vote.battle_id;
  const LoggedVote& logged = log.find(vote.battle_id)->second;
  EXPECT_EQ(logged.position, vote.position) << vote.battle_id;
  EXPECT_EQ(logged.choice, static_cast<int>(vote.choice)) << vote.battle_id;
  EXPECT_EQ(logged.left, vote.models.left()) << vote.battle_id;
  EXPECT_EQ(logged.right, vote.models.right()) << vote.battle_id;
}

}  // namespace

int64_t QueryNumber(const ArenaCluster& cluster, const std::string& query) {
  int64_t number = -1;
  Database database({.conninfo = cluster.database().conninfo()});
  const absl::Status read = database.Run([&](pqxx::nontransaction& session) {
    const pqxx::result rows = session.exec(query);
    if (!rows.empty()) number = rows[0][0].as<int64_t>(-1);
    return absl::OkStatus();
  });
  EXPECT_TRUE(read.ok()) << read;
  return number;
}

void ExpectNothingPublishedTwice(const ArenaCluster& cluster) {
  EXPECT_EQ(QueryNumber(cluster,
                        "select count(*) - count(distinct (series, position, settings, "
                        "library_version)) from arena.leaderboard_snapshots"),
            0);
  EXPECT_EQ(QueryNumber(cluster,
                        "select count(*) from (select term < lag(term) over (order by snapshot_id) "
                        "as falls from arena.leaderboard_snapshots) s where falls"),
            0);
  // Each series has a pace of its own: a slow one may say less than a quick one said before it.
  EXPECT_EQ(QueryNumber(cluster,
                        "select count(*) from (select position < lag(position) over "
                        "(partition by series order by snapshot_id) as falls "
                        "from arena.leaderboard_snapshots) s where falls"),
            0);
  EXPECT_EQ(
      QueryNumber(cluster,
                  "select count(*) from arena.leaderboard_snapshots s "
                  "where not is_thinned and not exists (select from arena.leaderboard_tables t "
                  "where t.snapshot_id = s.snapshot_id)"),
      0);
}

void ExpectTheLogKeepsItsPromises(const ArenaCluster& cluster,
                                  const std::vector<AcknowledgedVote>& acknowledged) {
  const auto log = ReadLog(cluster);
  const auto count = static_cast<int64_t>(log.size());
  EXPECT_EQ(QueryNumber(cluster, "select max(position) from arena.vote_log"), count);
  EXPECT_EQ(QueryNumber(cluster, "select position from arena.vote_log_head"), count);
  EXPECT_EQ(QueryNumber(cluster, "select count(*) from arena.vote_claims"), count);
  EXPECT_EQ(QueryNumber(cluster,
                        "select count(*) from arena.vote_claims c full join arena.vote_log v "
                        "using (battle_id, turn) "
                        "where c.is_first is null or v.position is null"),
            0);
  EXPECT_GE(log.size(), acknowledged.size());
  for (const AcknowledgedVote& vote : acknowledged) ExpectOnceAndAsAcknowledged(log, vote);

  ExpectNothingPublishedTwice(cluster);
  const ExportedLog exported = ExportLog(cluster);
  EXPECT_EQ(exported.entries.size(), log.size());
  EXPECT_TRUE(exported.IsGapless());
  ExpectRecomputable(cluster, exported);
}

bool PlayThrough(const ArenaCluster& cluster, uint64_t seed, std::vector<AcknowledgedVote>& played,
                 int replica) {
  const absl::Time deadline = absl::Now() + kPlayWait;
  PatientVoter voter(cluster, 0, 1, seed, [&] { return absl::Now() > deadline; });
  std::optional<AcknowledgedVote> vote;
  while (!vote && absl::Now() < deadline) vote = voter.Play();
  for (const std::string& complaint : voter.TakeComplaints()) ADD_FAILURE() << complaint;
  if (!vote) return false;
  played.push_back(*vote);

  v1::LeaderboardService::Stub rating(
      *rpc::MakeChannel({.address = cluster.address("rating", replica)}));
  while (absl::Now() < deadline) {
    // The stream tells of every newer snapshot; it breaks only with the server.
    grpc::ClientContext context;
    rpc::SetDeadline(context, deadline - absl::Now());
    v1::WatchLeaderboardRequest request;
    request.set_board("overall");
    request.set_method(v1::RATING_METHOD_BRADLEY_TERRY);
    const auto watch = rating.WatchLeaderboard(&context, request);
    v1::WatchLeaderboardResponse update;
    while (watch->Read(&update)) {
      if (update.leaderboard().snapshot().position() >= vote->position) {
        context.TryCancel();
        (void)watch->Finish();
        return true;
      }
    }
    (void)watch->Finish();
    absl::SleepFor(absl::Milliseconds(10));
  }
  return false;
}

}  // namespace arena::testing
