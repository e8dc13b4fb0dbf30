#include "common/postgres/database_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace arena {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// What `--check-config` says of a connection string, and its exit code.
struct Checked {
  int exit_code = 0;
  std::string text;
};

Checked Check(const std::string& conninfo) {
  config::SettingsParser parser({.name = "arena-test", .purpose = "Shows settings."});
  DatabaseOptions options;
  AddDatabaseSettings(parser, options);
  std::ostringstream out;
  std::ostringstream err;
  const auto exit_code = parser.Parse(
      {"--database", conninfo, "--check-config"},
      [](const std::string&) -> std::optional<std::string> { return std::nullopt; }, out, err);
  return {.exit_code = exit_code.value_or(-1), .text = out.str() + err.str()};
}

TEST(DatabaseSettingsTest, APasswordIsRefusedHoweverItIsWrittenAndNeverShown) {
  for (const char* conninfo :
       {"user=u password=hunter2", "user=u  password = hunter2", "user=u password='hunter2'",
        "postgresql://u:hunter2@h/x", "postgresql://u@h/x?password=hunter2",
        "postgresql://u@h/x?pass%77ord=hunter2", "user=u sslpassword=hunter2", "garbage hunter2",
        "host=a foo=hunter2"}) {
    const Checked checked = Check(conninfo);
    EXPECT_EQ(checked.exit_code, 1) << conninfo;
    EXPECT_THAT(checked.text, Not(HasSubstr("hunter2"))) << conninfo;
  }
}

TEST(DatabaseSettingsTest, WhatHoldsNoneIsTaken) {
  for (const char* conninfo :
       {"host=127.0.0.1 dbname=arena user=u", "postgresql://h:5432/x?user=a@b",
        "host=a,b target_session_attrs=any user=u", "user=u passfile=/x"}) {
    EXPECT_EQ(Check(conninfo).exit_code, 0) << Check(conninfo).text;
  }
}

}  // namespace
}  // namespace arena
