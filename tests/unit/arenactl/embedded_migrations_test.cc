#include "tools/arenactl/operations/embedded_migrations.h"

#include <gtest/gtest.h>

#include "common/postgres/migrator.h"

namespace arena::arenactl {
namespace {

TEST(EmbeddedMigrationsTest, TheyAreTheFilesOfTheTreeByteForByte) {
  const auto files = ReadMigrations(ARENA_TREE "/deploy/postgres/migrations");
  ASSERT_TRUE(files.ok()) << files.status();
  const std::vector<Migration> embedded = EmbeddedMigrations();
  ASSERT_EQ(embedded.size(), files->size());
  for (size_t i = 0; i < embedded.size(); ++i) {
    EXPECT_EQ(embedded[i].number, (*files)[i].number);
    EXPECT_EQ(embedded[i].name, (*files)[i].name);
    EXPECT_EQ(embedded[i].sql, (*files)[i].sql);
  }
}

}  // namespace
}  // namespace arena::arenactl
