#include "services/matchmaker/core/battle_maker.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "common/base/errors.h"
#include "tests/support/seed.h"
#include "tests/unit/matchmaker/models.h"

namespace arena::matchmaker {
namespace {

const absl::Time kNow = absl::FromUnixMillis(1'700'000'000'123);

class BattleMakerTest : public ::testing::Test {
 protected:
  BattleOrder Order() {
    return {.request_id = RequestId(Uuid::MakeVersion7(kNow, random_)), .frontend = "web"};
  }

  BattleOrder NamedOrder(BattleMode mode, std::vector<std::string> names) {
    BattleOrder order = Order();
    order.mode = mode;
    order.model_names = std::move(names);
    return order;
  }

  std::string ReasonOfMaking(const BattleOrder& order, const Catalog& catalog) {
    return ReasonOf(maker_.Make(order, catalog, kNow).status());
  }

  static BattleMakerOptions Options(std::string battle_key, std::string voter_key) {
    return {.battle_key = std::move(battle_key),
            .voter_key = std::move(voter_key),
            .lifetime = absl::Hours(2)};
  }

  SeededRandom random_{testing::TestSeed()};
  BattleMaker maker_{Options("battle key", "voter key"), random_};
};

TEST_F(BattleMakerTest, MakesABattleThatExpiresAfterItsLifetime) {
  const auto made = maker_.Make(Order(), CatalogOf(5), kNow + absl::Nanoseconds(700));
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->battle.create_time, kNow);
  EXPECT_EQ(made->battle.expire_time, kNow + absl::Hours(2));
  EXPECT_EQ(made->battle.frontend, "web");
  EXPECT_DOUBLE_EQ(made->draw.probability, 0.1);
  EXPECT_EQ(made->battle.draws.front().left, made->draw.left);
}

TEST_F(BattleMakerTest, IdTakesItsTimeFromTheRequestAndTheRestFromTheKey) {
  const BattleOrder order = Order();
  const BattleId id = maker_.IdOf(order);
  EXPECT_TRUE(id.IsVersion7());
  EXPECT_EQ(id.time(), order.request_id.time());
  EXPECT_EQ(maker_.IdOf(order), id);
  EXPECT_NE(id.ToString(), order.request_id.ToString());

  BattleOrder of_another = order;
  of_another.frontend = "mobile";
  EXPECT_NE(maker_.IdOf(of_another), id);
  const BattleMaker other_key(Options("other key", "voter key"), random_);
  EXPECT_NE(other_key.IdOf(order), id);
}

// In a rolling upgrade a repeat may reach another release: it has to find the battle, and to
// recognise the order.
TEST_F(BattleMakerTest, IdAndDigestAreThoseOfTheFirstRelease) {
  BattleOrder order = NamedOrder(BattleMode::kSideBySide, {"a", "b"});
  order.request_id = RequestId(*Uuid::Parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));
  EXPECT_EQ(maker_.IdOf(order).ToString(), "017f22e2-79b0-7000-8a3f-6c74fc96860d");
  EXPECT_EQ(RequestDigestOf(order),
            "edd3f2400ea0253cd587dd1d31e656a786959fea8b9d69ed5cd9ec42a5f3789b");
  BattleOrder with_vision = Order();
  with_vision.required.Add(Capability::kVision);
  EXPECT_EQ(RequestDigestOf(with_vision),
            "b05a11033c781c31748c1c48e5b7cc95ec857f67c07e44889e64d1618daa5b9b");
}

TEST_F(BattleMakerTest, DigestTellsARepeatFromAnotherRequest) {
  const BattleOrder order = Order();
  BattleOrder from_elsewhere = order;
  from_elsewhere.voter_address = "192.0.2.7";
  EXPECT_EQ(RequestDigestOf(order), RequestDigestOf(from_elsewhere));

  std::set<std::string> digests = {RequestDigestOf(order)};
  BattleOrder with_vision = order;
  with_vision.required.Add(Capability::kVision);
  digests.insert(RequestDigestOf(with_vision));
  digests.insert(RequestDigestOf(NamedOrder(BattleMode::kSideBySide, {"a", "b"})));
  digests.insert(RequestDigestOf(NamedOrder(BattleMode::kSideBySide, {"b", "a"})));
  digests.insert(RequestDigestOf(NamedOrder(BattleMode::kDirect, {"ab"})));
  EXPECT_EQ(digests.size(), 5u);
}

TEST_F(BattleMakerTest, StoresKeyedHashesOfTheVoterAndNothingElse) {
  BattleOrder order = Order();
  EXPECT_EQ(maker_.Make(order, CatalogOf(2), kNow)->voter_hash, "");
  order.voter = "someone";
  order.voter_address = "192.0.2.7";
  const auto made = maker_.Make(order, CatalogOf(2), kNow);
  // As earlier releases stored them, so that a voter stays one voter.
  EXPECT_EQ(made->voter_hash, "34c110f20ccf7f0ca2e9b21a7d1d9fbc");
  EXPECT_EQ(made->address_hash, "b2117e5df37e42fa0e37dd4fa0d80ec5");

  BattleOrder elsewhere = order;
  elsewhere.frontend = "mobile";
  const auto other = maker_.Make(elsewhere, CatalogOf(2), kNow);
  EXPECT_NE(other->voter_hash, made->voter_hash) << "a pseudonym belongs to its frontend";
  EXPECT_EQ(other->address_hash, made->address_hash) << "an address is the same everywhere";

  const BattleMaker other_key(Options("battle key", "other key"), random_);
  EXPECT_NE(other_key.Make(order, CatalogOf(2), kNow)->voter_hash, made->voter_hash);
}

TEST_F(BattleMakerTest, NeedsTwoModels) {
  EXPECT_EQ(ReasonOfMaking(Order(), CatalogOf(0)), "NOT_ENOUGH_MODELS");
  EXPECT_EQ(ReasonOfMaking(Order(), CatalogOf(1)), "NOT_ENOUGH_MODELS");
  EXPECT_EQ(ReasonOfMaking(Order(), CatalogOf(2)), "");
}

TEST_F(BattleMakerTest, RefusesAFilterThatLeavesFewerThanFourModels) {
  std::vector<Model> models = {ModelNumber(1), ModelNumber(2)};
  for (int id = 3; id <= 5; ++id) {
    models.push_back(ModelNumber(id, ModelState::kActive, {Capability::kVision}));
  }
  BattleOrder order = Order();
  order.required.Add(Capability::kVision);
  EXPECT_EQ(ReasonOfMaking(order, Catalog(models)), "CAPABILITIES_TOO_NARROW");
  models.push_back(ModelNumber(6, ModelState::kAnonymousOnly, {Capability::kVision}));
  const auto made = maker_.Make(order, Catalog(models), kNow);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_NEAR(made->draw.probability, 1 / 6.0, 1e-15);
  EXPECT_EQ(made->battle.required, order.required);
}

TEST_F(BattleMakerTest, NamesAnActiveModelOnly) {
  const Catalog catalog({ModelNumber(1), ModelNumber(2), ModelNumber(3, ModelState::kRetired),
                         ModelNumber(4, ModelState::kAnonymousOnly),
                         ModelNumber(5, ModelState::kDraft)});
  const auto made =
      maker_.Make(NamedOrder(BattleMode::kSideBySide, {"model-2", "model-1"}), catalog, kNow);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->draw.left, ModelId{2});
  EXPECT_EQ(made->draw.right, ModelId{1});
  EXPECT_EQ(made->battle.left_name, "model-2");

  const absl::Status unknown =
      maker_.Make(NamedOrder(BattleMode::kDirect, {"model-9"}), catalog, kNow).status();
  EXPECT_EQ(ReasonOf(unknown), "MODEL_NOT_FOUND");
  for (const std::string hidden : {"model-3", "model-4", "model-5"}) {
    const absl::Status status =
        maker_.Make(NamedOrder(BattleMode::kDirect, {hidden}), catalog, kNow).status();
    EXPECT_EQ(status.code(), unknown.code());
    EXPECT_EQ(ReasonOf(status), ReasonOf(unknown));
    EXPECT_EQ(status.message().size(), unknown.message().size()) << "same text but for the name";
  }
}

TEST_F(BattleMakerTest, DirectModeLeavesTheRightSideEmpty) {
  const auto made = maker_.Make(NamedOrder(BattleMode::kDirect, {"model-2"}), CatalogOf(2), kNow);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->draw.right, std::nullopt);
  EXPECT_EQ(made->battle.right_name, "");
}

TEST_F(BattleMakerTest, OrdersMustFitTheirMode) {
  const auto reason = [](const BattleOrder& order) { return ReasonOf(CheckOrder(order)); };
  EXPECT_EQ(reason(Order()), "");
  EXPECT_EQ(reason(NamedOrder(BattleMode::kSideBySide, {"a", "b"})), "");
  EXPECT_EQ(reason(NamedOrder(BattleMode::kDirect, {"a"})), "");

  EXPECT_EQ(reason(NamedOrder(BattleMode::kAnonymous, {"a"})), "FIELD_INVALID");
  EXPECT_EQ(reason(NamedOrder(BattleMode::kSideBySide, {"a"})), "FIELD_INVALID");
  EXPECT_EQ(reason(NamedOrder(BattleMode::kSideBySide, {"a", "a"})), "FIELD_INVALID");
  EXPECT_EQ(reason(NamedOrder(BattleMode::kDirect, {"a", "b"})), "FIELD_INVALID");
  EXPECT_EQ(reason(NamedOrder(BattleMode::kDirect, {""})), "FIELD_INVALID");
  EXPECT_EQ(reason(NamedOrder(BattleMode::kDirect, {std::string(65, 'a')})), "FIELD_INVALID");
  BattleOrder filtered = NamedOrder(BattleMode::kDirect, {"a"});
  filtered.required.Add(Capability::kTools);
  EXPECT_EQ(reason(filtered), "FIELD_INVALID");
}

}  // namespace
}  // namespace arena::matchmaker
