#include "common/postgres/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arena {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(WithDefaultsTest, AHostThatIsGoneIsGivenUpAndAStandbyIsNotTaken) {
  const std::string conninfo = WithDefaults("host=db.example dbname=arena");
  EXPECT_THAT(conninfo, HasSubstr("host='db.example'"));
  EXPECT_THAT(conninfo, HasSubstr("dbname='arena'"));
  EXPECT_THAT(conninfo, HasSubstr("connect_timeout='5'"));
  EXPECT_THAT(conninfo, HasSubstr("tcp_user_timeout='15000'"));
  EXPECT_THAT(conninfo, HasSubstr("target_session_attrs='read-write'"));
}

TEST(WithDefaultsTest, WhatIsSaidStays) {
  const std::string conninfo =
      WithDefaults("postgresql://me@one,two/arena?connect_timeout=9&target_session_attrs=any");
  EXPECT_THAT(conninfo, HasSubstr("host='one,two'"));
  EXPECT_THAT(conninfo, HasSubstr("user='me'"));
  EXPECT_THAT(conninfo, HasSubstr("target_session_attrs='any'"));
  EXPECT_THAT(conninfo, HasSubstr("connect_timeout='9'"));
  EXPECT_THAT(conninfo, Not(HasSubstr("connect_timeout='5'")));
}

TEST(WithDefaultsTest, ValuesAreQuoted) {
  EXPECT_THAT(WithDefaults(R"(password='it\'s \\ hard')"),
              HasSubstr(R"(password='it\'s \\ hard')"));
  // What was made is read back as the same.
  const std::string once = WithDefaults(R"(password='it\'s \\ hard')");
  EXPECT_EQ(WithDefaults(once), once);
}

TEST(WithDefaultsTest, WhatCannotBeReadIsLeftToTheOneWhoOpensIt) {
  EXPECT_EQ(WithDefaults("no connection string"), "no connection string");
}

}  // namespace
}  // namespace arena
