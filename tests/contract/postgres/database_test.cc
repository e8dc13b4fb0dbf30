#include "common/postgres/database.h"

#include <gtest/gtest.h>

#include <thread>

#include "absl/synchronization/notification.h"
#include "common/base/errors.h"
#include "common/postgres/array_literal.h"
#include "common/postgres/copy_reader.h"
#include "common/postgres/error_mapping.h"
#include "common/postgres/notification_listener.h"
#include "tests/support/tcp_relay.h"
#include "tests/support/test_postgres.h"

namespace arena {
namespace {

class DatabaseTest : public ::testing::Test {
 protected:
  // Those of that name; all, when it is any.
  int64_t CountLeases(const std::string& name = "%") {
    int64_t count = -1;
    EXPECT_TRUE(database_
                    .Run([&](pqxx::nontransaction& session) -> absl::Status {
                      count =
                          session
                              .exec_params1("select count(*) from arena.leases where name like $1",
                                            name)[0]
                              .as<int64_t>();
                      return absl::OkStatus();
                    })
                    .ok());
    return count;
  }

  static absl::Status InsertLease(pqxx::transaction_base& session, const std::string& name) {
    session.exec_params(
        "insert into arena.leases (name, holder, term, expire_time) values ($1, '', 1, now())",
        name);
    return absl::OkStatus();
  }

  testing::TestDatabase test_database_;
  Database database_{{.conninfo = test_database_.conninfo()}};
};

TEST_F(DatabaseTest, ATransactionThatReturnsAnErrorLeavesNothing) {
  const absl::Status status = database_.Transact([](pqxx::work& work) -> absl::Status {
    (void)InsertLease(work, "a");
    return BattleExpired();
  });
  EXPECT_EQ(ReasonOf(status), "BATTLE_EXPIRED");
  EXPECT_EQ(CountLeases(), 0);
}

TEST_F(DatabaseTest, ARowThatTheDatabaseRefusesIsTheCallersFault) {
  const auto insert = [](pqxx::work& work) { return InsertLease(work, "a"); };
  EXPECT_TRUE(database_.Transact(insert).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(database_.Transact(insert)));
}

// Changes a row that somebody else, who is faster, changes too in the first `lost` runs.
absl::Status Race(Database& database, int lost, int& runs) {
  const auto change = [](pqxx::work& work) -> absl::Status {
    work.exec("update arena.leases set term = term + 1");
    return absl::OkStatus();
  };
  return database.Transact([&](pqxx::work& work) -> absl::Status {
    work.exec("set transaction isolation level repeatable read");
    work.exec("select term from arena.leases");
    if (++runs <= lost) {
      EXPECT_TRUE(database.Transact(change).ok());
    }
    return change(work);
  });
}

TEST_F(DatabaseTest, ALostRaceIsRunAgain) {
  ASSERT_TRUE(database_.Transact([](pqxx::work& work) { return InsertLease(work, "a"); }).ok());
  int runs = 0;
  const absl::Status status = Race(database_, 1, runs);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(runs, 2);
}

TEST_F(DatabaseTest, ARaceThatIsLostEachTimeIsToldAsOne) {
  ASSERT_TRUE(database_.Transact([](pqxx::work& work) { return InsertLease(work, "a"); }).ok());
  int runs = 0;
  const absl::Status status = Race(database_, 1'000, runs);
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(status), "RACE_LOST");
  EXPECT_GT(runs, 1);
  EXPECT_LT(runs, 1'000);
}

// The caller is told that it may have been made, and the body is not run again: only the caller
// knows whether it bears repetition.
TEST_F(DatabaseTest, ACommitWithoutAnAnswerHasAnUnknownOutcome) {
  testing::TcpRelay relay(testing::TestCluster::Get().socket_path());
  Database relayed({.conninfo = relay.Through(test_database_.conninfo())});
  int runs = 0;
  const auto insert_once = [&](pqxx::work& work) {
    return InsertLease(work, std::to_string(++runs));
  };
  const std::vector<testing::Cut> cuts = testing::EveryCut("COMMIT", {1, 5});
  for (size_t i = 0; i < cuts.size(); ++i) {
    SCOPED_TRACE(testing::Describe(cuts[i]));
    relay.CutAt(cuts[i]);
    const absl::Status status = relayed.Transact(insert_once);
    EXPECT_EQ(ReasonOf(status), "OUTCOME_UNKNOWN");
    EXPECT_TRUE(IsInDoubt(status));
    EXPECT_EQ(relay.cuts(), 1);
    EXPECT_EQ(runs, static_cast<int>(i) + 1);
    EXPECT_TRUE(relayed.Ping().ok()) << "the next caller has a new connection";
  }
  // Without the commit nothing is made; a commit that only lost its answer is one.
  EXPECT_EQ(CountLeases("1"), 0) << testing::Describe(cuts[0]);
  EXPECT_EQ(CountLeases("4"), 1) << testing::Describe(cuts[3]);
}

TEST_F(DatabaseTest, AnOutcomeStaysUnknownUnlessTheSecondTryGetsToItsEnd) {
  const auto run = [&](const std::function<absl::Status()>& second) {
    int runs = 0;
    return database_.Run([&](pqxx::nontransaction&) -> absl::Status {
      if (++runs == 1) throw pqxx::in_doubt_error("died");
      return second();
    });
  };
  EXPECT_TRUE(IsInDoubt(run([]() -> absl::Status { throw pqxx::broken_connection(); })));
  EXPECT_TRUE(IsInDoubt(run([] { return RaceLost("slow"); })));
  EXPECT_EQ(ReasonOf(run([] { return BattleNotFound(); })), "BATTLE_NOT_FOUND");
  EXPECT_TRUE(run([] { return absl::OkStatus(); }).ok());
}

TEST_F(DatabaseTest, AConnectionThatWasKilledIsReplaced) {
  ASSERT_TRUE(database_.Ping().ok());
  Database admin({.conninfo = test_database_.conninfo()});
  ASSERT_TRUE(admin
                  .Run([](pqxx::nontransaction& session) -> absl::Status {
                    session.exec(
                        "select pg_terminate_backend(pid) from pg_stat_activity "
                        "where datname = current_database() and pid <> pg_backend_pid()");
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_TRUE(database_.Ping().ok());
}

// libpqxx throws such an error when the server dies at some moments of a statement.
TEST(MapExceptionsTest, AnErrorThatTheServerDidNotSendLeavesTheOutcomeOpen) {
  const absl::Status status = MapExceptions([]() -> absl::Status {
    throw pqxx::sql_error("server closed the connection unexpectedly", "select 1", "");
  });
  EXPECT_TRUE(IsInDoubt(status)) << status;
}

// As a standby does that is not the primary yet.
TEST_F(DatabaseTest, AServerThatOnlyReadsIsUnavailable) {
  ASSERT_TRUE(database_.Ping().ok());
  Database admin({.conninfo = test_database_.conninfo() + " target_session_attrs=any"});
  const auto set_read_only = [&](const std::string& value) {
    return admin.Run([&](pqxx::nontransaction& session) -> absl::Status {
      const auto name = session.exec1("select current_database()")[0].as<std::string>();
      session.exec("set default_transaction_read_only = off");
      session.exec("alter database " + name + " set default_transaction_read_only = " + value);
      session.exec(
          "select pg_terminate_backend(pid) from pg_stat_activity "
          "where datname = current_database() and pid <> pg_backend_pid()");
      return absl::OkStatus();
    });
  };
  ASSERT_TRUE(set_read_only("on").ok());
  EXPECT_EQ(ReasonOf(database_.Ping()), "STORAGE_UNAVAILABLE");
  const absl::Status refused =
      database_.Transact([](pqxx::work& work) { return InsertLease(work, "a"); });
  EXPECT_EQ(ReasonOf(refused), "STORAGE_UNAVAILABLE") << refused;
  // Nor is it read: at a standby that lags the log would be shorter than it was.
  CopyReader reader({.conninfo = test_database_.conninfo()});
  const absl::Status unread = reader.Read(
      "select 1", [](const CopyRow&) { ADD_FAILURE() << "read a server that only reads"; });
  EXPECT_EQ(ReasonOf(unread), "STORAGE_UNAVAILABLE") << unread;
  ASSERT_TRUE(set_read_only("off").ok());
  // With new connections, as soon as the server takes changes again.
  EXPECT_TRUE(database_.Ping().ok());
}

TEST_F(DatabaseTest, ACallerThatFindsNoFreeConnectionIsToldTheLimit) {
  Database small(
      {.conninfo = test_database_.conninfo(), .connections = 1, .wait = absl::Milliseconds(10)});
  const absl::Status outer = small.Run([&](pqxx::nontransaction&) { return small.Ping(); });
  EXPECT_EQ(ReasonOf(outer), "OVERLOADED");
  // Another try may succeed, and a group commit answers it as a whole.
  EXPECT_TRUE(IsRetriable(outer));
  EXPECT_FALSE(IsRetriable(Overloaded("kCommitQueueRows")));
  EXPECT_TRUE(small.Ping().ok());
  EXPECT_EQ(small.in_use(), 0);
}

TEST_F(DatabaseTest, NobodyThereIsUnavailable) {
  Database nowhere({.conninfo = "host=/nonexistent dbname=arena"});
  const absl::Status status = nowhere.Ping();
  EXPECT_EQ(ReasonOf(status), "STORAGE_UNAVAILABLE");
  EXPECT_TRUE(IsRetriable(status));
}

TEST_F(DatabaseTest, ASlowStatementIsCancelledByTheServer) {
  Database hasty(
      {.conninfo = test_database_.conninfo(), .statement_timeout = absl::Milliseconds(20)});
  const absl::Status status = hasty.Run([](pqxx::nontransaction& session) -> absl::Status {
    session.exec("select pg_sleep(30)");
    return absl::OkStatus();
  });
  EXPECT_EQ(ReasonOf(status), "STORAGE_UNAVAILABLE");
}

TEST_F(DatabaseTest, TextSurvivesTheTripThroughAnArrayLiteral) {
  const std::string nasty = "\"quoted\", back\\slash, {braces}, 'single', NULL, \n, ü, 🙂";
  std::string read;
  ASSERT_TRUE(database_
                  .Run([&](pqxx::nontransaction& session) -> absl::Status {
                    const auto row =
                        session.exec_params1("select t from unnest($1::text[]) as u(t)",
                                             ArrayLiteral().Add(nasty).Finish());
                    read = row[0].as<std::string>();
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(read, nasty);
}

TEST_F(DatabaseTest, AListenerIsWokenByANotification) {
  std::atomic<int> calls = 0;
  absl::Notification listening;
  absl::Notification woken;
  NotificationListener listener(test_database_.conninfo(), "arena_test", [&] {
    // The first call says that the listener listens.
    if (++calls == 1) listening.Notify();
    if (calls == 2) woken.Notify();
  });
  listening.WaitForNotification();
  ASSERT_TRUE(database_
                  .Run([](pqxx::nontransaction& session) -> absl::Status {
                    session.exec("select pg_notify('arena_test', '')");
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_TRUE(woken.WaitForNotificationWithTimeout(absl::Seconds(10)));
}

}  // namespace
}  // namespace arena
