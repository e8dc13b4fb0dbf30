#include "common/postgres/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arena {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(WithTimeoutsTest, AHostThatIsGoneIsGivenUp) {
  const std::string conninfo = WithTimeouts("host=db.example dbname=arena");
  EXPECT_THAT(conninfo, HasSubstr("host='db.example'"));
  EXPECT_THAT(conninfo, HasSubstr("dbname='arena'"));
  EXPECT_THAT(conninfo, HasSubstr("connect_timeout='5'"));
  EXPECT_THAT(conninfo, HasSubstr("tcp_user_timeout='15000'"));
}

TEST(WithTimeoutsTest, WhatIsSaidStays) {
  const std::string conninfo =
      WithTimeouts("postgresql://me@one,two/arena?connect_timeout=9&target_session_attrs=any");
  EXPECT_THAT(conninfo, HasSubstr("host='one,two'"));
  EXPECT_THAT(conninfo, HasSubstr("user='me'"));
  EXPECT_THAT(conninfo, HasSubstr("target_session_attrs='any'"));
  EXPECT_THAT(conninfo, HasSubstr("connect_timeout='9'"));
  EXPECT_THAT(conninfo, Not(HasSubstr("connect_timeout='5'")));
}

TEST(WithTimeoutsTest, ValuesAreQuoted) {
  EXPECT_THAT(WithTimeouts(R"(password='it\'s \\ hard')"),
              HasSubstr(R"(password='it\'s \\ hard')"));
  // What was made is read back as the same.
  const std::string once = WithTimeouts(R"(password='it\'s \\ hard')");
  EXPECT_EQ(WithTimeouts(once), once);
}

TEST(WithTimeoutsTest, WhatCannotBeReadIsLeftToTheOneWhoOpensIt) {
  EXPECT_EQ(WithTimeouts("no connection string"), "no connection string");
}

}  // namespace
}  // namespace arena
