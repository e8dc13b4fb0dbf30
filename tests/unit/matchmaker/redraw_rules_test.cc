#include "services/matchmaker/core/redraw_rules.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "common/base/errors.h"
#include "tests/support/seed.h"
#include "tests/unit/matchmaker/chi_square.h"
#include "tests/unit/matchmaker/models.h"

namespace arena::matchmaker {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

class RedrawRulesTest : public ::testing::Test {
 protected:
  // Models 1 and 2 play, and turn one is being answered.
  static StoredBattle Battle() {
    return {.mode = BattleMode::kAnonymous,
            .draws = {{.number = 1, .left = ModelId{1}, .right = ModelId{2}}},
            .last_turn = LastTurn{.turn = 1, .deadline = kNow + absl::Seconds(1)}};
  }

  static void Add(StoredBattle& battle, int left, int right) {
    battle.draws.push_back({.number = static_cast<int>(battle.draws.size()) + 1,
                            .left = ModelId{left},
                            .right = ModelId{right}});
  }

  std::string ReasonOfRedraw(const StoredBattle& battle, Side side, int draw_number,
                             const Catalog& catalog) {
    return ReasonOf(DecideRedraw(battle, side, draw_number, catalog, kNow, random_).status());
  }

  SeededRandom random_{testing::TestSeed()};
};

TEST_F(RedrawRulesTest, DrawsUniformlyAmongTheOthersWithTheirProbability) {
  const Catalog catalog = CatalogOf(7);
  std::map<ModelId, int> tally;
  for (int i = 0; i < 10'000; ++i) {
    const auto redraw = DecideRedraw(Battle(), Side::kLeft, 1, catalog, kNow, random_);
    ASSERT_TRUE(redraw.ok()) << redraw.status();
    EXPECT_TRUE(redraw->is_new);
    EXPECT_EQ(redraw->draw.number, 2);
    EXPECT_EQ(redraw->draw.right, ModelId{2}) << "the other side stays";
    EXPECT_DOUBLE_EQ(redraw->draw.probability, 0.2);
    EXPECT_EQ(redraw->draw.policy, "uniform-redraw");
    ++tally[redraw->draw.left];
  }
  EXPECT_EQ(tally.count(ModelId{1}) + tally.count(ModelId{2}), 0u);
  std::vector<int> counts;
  for (const auto& [model, count] : tally) counts.push_back(count);
  ASSERT_EQ(counts.size(), 5u);
  EXPECT_TRUE(testing::LooksUniform(counts));
}

TEST_F(RedrawRulesTest, KeepsToTheRequiredCapabilities) {
  std::vector<Model> models = {ModelNumber(1), ModelNumber(2), ModelNumber(3)};
  models.push_back(ModelNumber(4, ModelState::kActive, {Capability::kVision}));
  StoredBattle battle = Battle();
  battle.required.Add(Capability::kVision);
  for (int i = 0; i < 50; ++i) {
    const auto redraw = DecideRedraw(battle, Side::kRight, 1, Catalog(models), kNow, random_);
    ASSERT_TRUE(redraw.ok()) << redraw.status();
    EXPECT_EQ(redraw->draw.right, ModelId{4});
    EXPECT_DOUBLE_EQ(redraw->draw.probability, 1);
  }
}

TEST_F(RedrawRulesTest, ARepeatReturnsTheFirstRedraw) {
  StoredBattle battle = Battle();
  Add(battle, 5, 2);
  Add(battle, 5, 6);
  const auto left = DecideRedraw(battle, Side::kLeft, 1, CatalogOf(9), kNow, random_);
  ASSERT_TRUE(left.ok()) << left.status();
  EXPECT_FALSE(left->is_new);
  EXPECT_EQ(left->draw.number, 2);
  EXPECT_EQ(left->draw.left, ModelId{5});
  const auto right = DecideRedraw(battle, Side::kRight, 1, CatalogOf(9), kNow, random_);
  ASSERT_TRUE(right.ok()) << right.status();
  EXPECT_FALSE(right->is_new);
  EXPECT_EQ(right->draw.number, 3);
  EXPECT_EQ(right->draw.right, ModelId{6});
}

TEST_F(RedrawRulesTest, TheOtherSideIsRedrawnFromTheDrawThatHolds) {
  StoredBattle battle = Battle();
  Add(battle, 5, 2);
  for (int i = 0; i < 100; ++i) {
    const auto redraw = DecideRedraw(battle, Side::kRight, 1, CatalogOf(6), kNow, random_);
    ASSERT_TRUE(redraw.ok()) << redraw.status();
    EXPECT_EQ(redraw->draw.number, 3);
    EXPECT_EQ(redraw->draw.left, ModelId{5});
    EXPECT_TRUE(redraw->draw.right > ModelId{2} && redraw->draw.right != ModelId{5})
        << "model 1 has failed in this battle and does not come back";
    EXPECT_NEAR(redraw->draw.probability, 1 / 3.0, 1e-15);
  }
}

TEST_F(RedrawRulesTest, ASideIsRedrawnOnce) {
  StoredBattle battle = Battle();
  Add(battle, 5, 2);
  EXPECT_EQ(ReasonOfRedraw(battle, Side::kLeft, 2, CatalogOf(9)), "REDRAW_NOT_POSSIBLE");
}

TEST_F(RedrawRulesTest, NotAfterTheSideOrTurnOneHasEnded) {
  StoredBattle ended = Battle();
  ended.sides_ended_in_turn_one = {Side::kLeft};
  EXPECT_EQ(ReasonOfRedraw(ended, Side::kLeft, 1, CatalogOf(9)), "REDRAW_NOT_POSSIBLE");
  EXPECT_EQ(ReasonOfRedraw(ended, Side::kRight, 1, CatalogOf(9)), "")
      << "the other side may still be redrawn";
  StoredBattle later = Battle();
  later.last_turn->turn = 2;
  EXPECT_EQ(ReasonOfRedraw(later, Side::kRight, 1, CatalogOf(9)), "REDRAW_NOT_POSSIBLE");
  StoredBattle late = Battle();
  late.last_turn->deadline = kNow;
  EXPECT_EQ(ReasonOfRedraw(late, Side::kRight, 1, CatalogOf(9)), "REDRAW_NOT_POSSIBLE");
  StoredBattle voted = Battle();
  voted.is_claimed = true;
  EXPECT_EQ(ReasonOfRedraw(voted, Side::kRight, 1, CatalogOf(9)), "REDRAW_NOT_POSSIBLE");
}

TEST_F(RedrawRulesTest, NotWhereTheUserNamedTheModels) {
  StoredBattle battle = Battle();
  battle.mode = BattleMode::kSideBySide;
  EXPECT_EQ(ReasonOfRedraw(battle, Side::kLeft, 1, CatalogOf(9)), "REDRAW_NOT_POSSIBLE");
  battle.mode = BattleMode::kDirect;
  battle.draws.front().right = std::nullopt;
  EXPECT_EQ(ReasonOfRedraw(battle, Side::kLeft, 1, CatalogOf(9)), "REDRAW_NOT_POSSIBLE");
}

TEST_F(RedrawRulesTest, NeedsSomeoneElse) {
  EXPECT_EQ(ReasonOfRedraw(Battle(), Side::kLeft, 1, CatalogOf(2)), "NOT_ENOUGH_MODELS");
  EXPECT_EQ(ReasonOfRedraw(Battle(), Side::kLeft, 1, CatalogOf(3)), "");
}

TEST_F(RedrawRulesTest, TheDrawMustHaveBeenMade) {
  EXPECT_EQ(ReasonOfRedraw(Battle(), Side::kLeft, 0, CatalogOf(9)), "FIELD_INVALID");
  EXPECT_EQ(ReasonOfRedraw(Battle(), Side::kLeft, 2, CatalogOf(9)), "FIELD_INVALID");
}

}  // namespace
}  // namespace arena::matchmaker
