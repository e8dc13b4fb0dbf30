#include "services/matchmaker/core/open_battles.h"

#include <gtest/gtest.h>

#include "common/base/errors.h"

namespace arena::matchmaker {
namespace {

void Make(OpenBattles& open, const std::string& frontend, int count) {
  for (int i = 0; i < count; ++i) open.Made(frontend);
}

TEST(OpenBattlesTest, TheLastOneIsAdmittedAndNotOneMore) {
  OpenBattles open(3);
  Make(open, "web", 2);
  EXPECT_TRUE(open.Admit("web").ok());
  Make(open, "web", 1);
  const absl::Status refused = open.Admit("web");
  EXPECT_EQ(ReasonOf(refused), "OVERLOADED");
  EXPECT_EQ(LimitOf(refused), "kOpenBattles");
  EXPECT_TRUE(open.Admit("mobile").ok()) << "each frontend has a limit of its own";
}

TEST(OpenBattlesTest, ACountReplacesWhatWasMadeBeforeItBegan) {
  OpenBattles open(10);
  Make(open, "web", 7);
  open.BeginCount();
  Make(open, "web", 2);
  // Three of the seven are over, and others were made elsewhere.
  open.EndCount({{"web", 6}, {"mobile", 10}});
  EXPECT_EQ(open.total(), 6 + 2 + 10);
  Make(open, "web", 1);
  EXPECT_TRUE(open.Admit("web").ok());
  Make(open, "web", 1);
  EXPECT_FALSE(open.Admit("web").ok());
  EXPECT_FALSE(open.Admit("mobile").ok());
}

TEST(OpenBattlesTest, ACountThatFailedChangesNothing) {
  OpenBattles open(5);
  open.BeginCount();
  open.EndCount({{"web", 2}});
  Make(open, "web", 1);
  open.BeginCount();  // and the database went away
  Make(open, "web", 1);
  EXPECT_EQ(open.total(), 4);
  open.BeginCount();
  open.EndCount({{"web", 4}});
  EXPECT_EQ(open.total(), 4);
}

TEST(OpenBattlesTest, BattlesThatAreOverMakeRoom) {
  OpenBattles open(2);
  Make(open, "web", 2);
  EXPECT_FALSE(open.Admit("web").ok());
  open.BeginCount();
  open.EndCount({});
  EXPECT_TRUE(open.Admit("web").ok());
}

}  // namespace
}  // namespace arena::matchmaker
