#include "services/matchmaker/core/catalog.h"

#include <gtest/gtest.h>

#include "tests/unit/matchmaker/models.h"

namespace arena::matchmaker {
namespace {

using Ids = std::vector<ModelId>;

TEST(CatalogTest, AnonymousOnlyAndActiveModelsAreDrawn) {
  const Catalog catalog({ModelNumber(4, ModelState::kRetired), ModelNumber(3, ModelState::kActive),
                         ModelNumber(2, ModelState::kAnonymousOnly),
                         ModelNumber(1, ModelState::kDraft)});
  EXPECT_EQ(catalog.Eligible({}).ids(), (Ids{ModelId{2}, ModelId{3}}));
}

TEST(CatalogTest, OnlyActiveModelsMayBeNamed) {
  const Catalog catalog({ModelNumber(4, ModelState::kRetired), ModelNumber(3, ModelState::kActive),
                         ModelNumber(2, ModelState::kAnonymousOnly),
                         ModelNumber(1, ModelState::kDraft)});
  for (const char* name : {"model-1", "model-2", "model-4", "model-5", ""}) {
    EXPECT_EQ(catalog.FindNameable(name), nullptr) << name;
  }
  ASSERT_NE(catalog.FindNameable("model-3"), nullptr);
  EXPECT_EQ(catalog.FindNameable("model-3")->id, ModelId{3});
}

TEST(CatalogTest, EveryRequiredCapabilityMustBeThere) {
  const Catalog catalog(
      {ModelNumber(1), ModelNumber(2, ModelState::kActive, {Capability::kVision}),
       ModelNumber(3, ModelState::kActive, {Capability::kVision, Capability::kTools}),
       ModelNumber(4, ModelState::kActive, {Capability::kText, Capability::kLongContext})});
  const auto eligible = [&](const std::vector<Capability>& required) {
    return catalog.Eligible(SetOf(required)).ids();
  };
  EXPECT_EQ(eligible({Capability::kText}).size(), 4u);
  EXPECT_EQ(eligible({Capability::kVision}), (Ids{ModelId{2}, ModelId{3}}));
  EXPECT_EQ(eligible({Capability::kVision, Capability::kTools}), Ids{ModelId{3}});
  EXPECT_EQ(eligible({Capability::kLongContext}), Ids{ModelId{4}});
  EXPECT_TRUE(eligible({Capability::kTools, Capability::kLongContext}).empty());
}

TEST(CapabilitySetTest, TextIsImpliedAndTheOthersAreKept) {
  EXPECT_TRUE(SetOf({Capability::kText}).IsTextAlone());
  EXPECT_EQ(SetOf({Capability::kText}), CapabilitySet());
  const CapabilitySet set =
      SetOf({Capability::kLongContext, Capability::kVision, Capability::kVision});
  EXPECT_EQ(set.BeyondText(), (std::vector{Capability::kVision, Capability::kLongContext}));
  EXPECT_EQ(CapabilitySet::FromIndex(set.index()), set);
}

}  // namespace
}  // namespace arena::matchmaker
