#include "common/postgres/migrator.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/support/scratch_folder.h"
#include "tests/support/test_postgres.h"

namespace arena {
namespace {

void Ignore(const Migration&) {}

// The test database is at the newest migration; these numbers come after it.
std::vector<Migration> WithTable(Database& database, const std::string& sql) {
  std::vector<Migration> migrations;
  EXPECT_TRUE(database
                  .Run([&](pqxx::nontransaction& session) -> absl::Status {
                    for (const auto& row : session.exec(
                             "select number, name from arena.schema_migrations order by number")) {
                      migrations.push_back({row[0].as<int>(), row[1].as<std::string>(), ""});
                    }
                    return absl::OkStatus();
                  })
                  .ok());
  migrations.push_back({static_cast<int>(migrations.size()) + 1, "next", sql});
  return migrations;
}

TEST(MigratorTest, ASecondRunAppliesNothing) {
  testing::TestDatabase test_database;
  Database database({.conninfo = test_database.conninfo()});
  const auto migrations = WithTable(database, "create table arena.t (a integer)");
  EXPECT_EQ(*Migrate(database, migrations, Ignore), 1);
  EXPECT_EQ(*Migrate(database, migrations, Ignore), 0);
}

TEST(MigratorTest, TwoAtOnceApplyEachMigrationOnce) {
  testing::TestDatabase test_database;
  Database database({.conninfo = test_database.conninfo()});
  const auto migrations = WithTable(database, "create table arena.t (a integer)");
  absl::StatusOr<int> counts[2];
  std::thread other([&] { counts[0] = Migrate(database, migrations, Ignore); });
  counts[1] = Migrate(database, migrations, Ignore);
  other.join();
  ASSERT_TRUE(counts[0].ok() && counts[1].ok()) << counts[0].status() << counts[1].status();
  EXPECT_EQ(*counts[0] + *counts[1], 1);
}

TEST(MigratorTest, AMigrationThatFailsLeavesNothingOfItself) {
  testing::TestDatabase test_database;
  Database database({.conninfo = test_database.conninfo()});
  EXPECT_FALSE(
      Migrate(database, WithTable(database, "create table arena.t (a integer); select 1/0"), Ignore)
          .ok());
  EXPECT_EQ(*Migrate(database, WithTable(database, "create table arena.t (a integer)"), Ignore), 1);
}

TEST(MigratorTest, ADatabaseThatIsAheadIsRefused) {
  testing::TestDatabase test_database;
  Database database({.conninfo = test_database.conninfo()});
  auto migrations = WithTable(database, "select 1");
  migrations.resize(migrations.size() - 2);
  EXPECT_TRUE(absl::IsFailedPrecondition(Migrate(database, migrations, Ignore).status()));
}

class MigrationFolderTest : public ::testing::Test {
 protected:
  void Write(const std::string& name) { folder_.Write(name, "select 1;"); }

  testing::ScratchFolder folder_;
};

TEST_F(MigrationFolderTest, FilesAreReadInTheOrderOfTheirNumbers) {
  Write("0002_second.sql");
  Write("0001_first.sql");
  const auto migrations = ReadMigrations(folder_.path());
  ASSERT_TRUE(migrations.ok()) << migrations.status();
  EXPECT_EQ(migrations->front().name, "0001_first");
  EXPECT_EQ(migrations->back().number, 2);
}

TEST_F(MigrationFolderTest, AGapIsRefused) {
  Write("0001_first.sql");
  Write("0003_third.sql");
  EXPECT_FALSE(ReadMigrations(folder_.path()).ok());
}

TEST_F(MigrationFolderTest, AStrangeFileIsRefused) {
  Write("0001_first.sql");
  Write("notes.txt");
  EXPECT_FALSE(ReadMigrations(folder_.path()).ok());
}

TEST_F(MigrationFolderTest, AnEmptyFolderIsRefused) {
  EXPECT_FALSE(ReadMigrations(folder_.path()).ok());
}

}  // namespace
}  // namespace arena
