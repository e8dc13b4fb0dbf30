#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "common/postgres/database.h"
#include "tests/support/test_postgres.h"

namespace arena {
namespace {

// What each role may do with each table: s select, i insert, u update, d delete; in parentheses
// the columns, where it is not all of them. A table that is not named here may be touched by no
// service.
using Matrix = std::map<std::string, std::map<std::string, std::string>>;

const Matrix& Expected() {
  static const Matrix matrix = {
      {"arena_matchmaker",
       {{"models", "siu"},
        {"model_states", "si"},
        {"model_endpoints", "i"},
        {"current_models", "s"},
        {"battles", "si"},
        {"draws", "si"},
        {"turn_starts", "s"},
        {"turn_facts", "s"},
        {"vote_claims", "s"},
        {"vote_log", "s"}}},
      {"arena_model_gateway",
       {{"models", "s"},
        {"model_endpoints", "s"},
        {"battles", "s"},
        {"draws", "s"},
        {"turn_starts", "si"},
        {"turn_facts", "si"},
        // Texts may be erased.
        {"turn_texts", "sid"},
        {"vote_claims", "s"}}},
      {"arena_vote_ingest",
       {{"models", "s"},
        {"current_models", "s"},
        {"battles", "s"},
        {"draws", "s"},
        {"turn_starts", "s"},
        {"turn_facts", "s"},
        {"vote_claims", "si"},
        {"vote_log", "si"},
        {"vote_log_head", "su"},
        {"vote_amendments", "si"},
        {"prompt_votes", "siu"}}},
      {"arena_rating",
       {{"models", "s"},
        {"current_models", "s"},
        {"vote_log", "s"},
        {"vote_log_head", "s"},
        {"leaderboard_snapshots", "siu(is_thinned)"},
        {"leaderboard_tables", "sid"},
        {"rating_checkpoints", "siud"},
        {"leases", "siu"}}},
  };
  return matrix;
}

TEST(RoleMatrixTest, EachRoleHasJustWhatItNeeds) {
  testing::TestDatabase test_database;
  Database database({.conninfo = test_database.conninfo()});
  Matrix actual;
  ASSERT_TRUE(database
                  .Run([&](pqxx::nontransaction& session) -> absl::Status {
                    const auto rows = session.exec(
                        "select r.rolname, c.relname, p.letter || "
                        "  case when has_table_privilege(r.oid, c.oid, p.privilege) then '' "
                        "  else '(' || string_agg(a.attname, ',' order by a.attname) || ')' end "
                        "from pg_class c join pg_namespace n on n.oid = c.relnamespace "
                        "join pg_attribute a on a.attrelid = c.oid and not a.attisdropped "
                        "  and a.attnum > 0 "
                        "cross join pg_roles r "
                        "cross join (values (1, 's', 'select'), (2, 'i', 'insert'), "
                        "  (3, 'u', 'update'), (4, 'd', 'delete'), (5, 't', 'truncate'), "
                        "  (6, 'r', 'references'), (7, 'g', 'trigger')) p (n, letter, privilege) "
                        "where n.nspname = 'arena' and c.relkind in ('r', 'v', 'p') "
                        "  and r.rolname like 'arena\\_%' "
                        // Only these four can be granted for single columns.
                        "  and case when p.letter in ('s', 'i', 'u', 'r') "
                        "    then has_column_privilege(r.oid, c.oid, a.attnum, p.privilege) "
                        "    else has_table_privilege(r.oid, c.oid, p.privilege) end "
                        "group by r.oid, r.rolname, c.oid, c.relname, p.n, p.letter, p.privilege "
                        "order by 1, 2, p.n");
                    for (const auto& row : rows) {
                      actual[row[0].as<std::string>()][row[1].as<std::string>()] +=
                          row[2].as<std::string>();
                    }
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(actual, Expected());
}

TEST(RoleMatrixTest, TheGrantsHoldForARealConnection) {
  testing::TestDatabase test_database;
  for (const auto& [role, tables] : Expected()) {
    Database database({.conninfo = test_database.conninfo(role)});
    const auto read = [&](const std::string& table) {
      return database.Run([&](pqxx::nontransaction& session) -> absl::Status {
        session.exec(fmt::format("select * from arena.{} limit 0", table));
        return absl::OkStatus();
      });
    };
    for (const auto& [table, grants] : tables) {
      EXPECT_EQ(read(table).ok(), grants.starts_with('s')) << role << " " << table;
    }
    EXPECT_FALSE(read("schema_migrations").ok()) << role;
  }
}

}  // namespace
}  // namespace arena
