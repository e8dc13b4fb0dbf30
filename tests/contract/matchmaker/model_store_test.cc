#include "services/matchmaker/storage/model_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "common/base/errors.h"
#include "services/matchmaker/storage/catalog_cache.h"
#include "tests/contract/matchmaker/battle_events.h"
#include "tests/support/test_postgres.h"

namespace arena::matchmaker {
namespace {

// Runs as the service's role, which cannot read endpoints; the superuser looks at them.
class ModelStoreTest : public ::testing::Test {
 protected:
  static ModelSpec Spec(const std::string& name, ModelState state = ModelState::kActive) {
    ModelSpec spec;
    spec.description.name = name;
    spec.description.organization = "Example \"Labs\", {1}";
    spec.description.capabilities.Add(Capability::kTools);
    spec.state = state;
    spec.endpoints = {{.protocol = 1, .url = "http://127.0.0.1:50061/v1", .api_key_env = "KEY"}};
    FillDefaults(spec);
    return spec;
  }

  Model Find(const std::string& name) {
    const auto models = store_.ReadAll();
    EXPECT_TRUE(models.ok()) << models.status();
    const auto found = std::find_if(models->begin(), models->end(),
                                    [&](const Model& model) { return model.name() == name; });
    EXPECT_NE(found, models->end()) << name;
    return found == models->end() ? Model() : *found;
  }

  std::string Value(const std::string& query) { return testing::Value(superuser_, query); }

  testing::TestDatabase test_database_;
  Database database_{{.conninfo = test_database_.conninfo("arena_matchmaker")}};
  Database superuser_{{.conninfo = test_database_.conninfo()}};
  ModelStore store_{database_};
};

TEST_F(ModelStoreTest, ReadsBackWhatWasApplied) {
  ModelSpec variant = Spec("b", ModelState::kAnonymousOnly);
  variant.description.variant_of = "a";
  const auto counts = store_.Apply(std::vector{Spec("a"), variant}, "first models");
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->added, 2);
  const Model model = Find("b");
  EXPECT_EQ(model.description, variant.description);
  EXPECT_EQ(model.state, ModelState::kAnonymousOnly);
  EXPECT_EQ(model.state_reason, "first models");
  EXPECT_GT(model.state_time, absl::UnixEpoch());
}

TEST_F(ModelStoreTest, ARepeatChangesNothing) {
  ASSERT_TRUE(store_.Apply(std::vector{Spec("a")}, "first").ok());
  const Model before = Find("a");
  const auto counts = store_.Apply(std::vector{Spec("a")}, "second");
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->unchanged, 1);
  EXPECT_EQ(counts->added + counts->changed, 0);
  EXPECT_EQ(Find("a"), before);
}

TEST_F(ModelStoreTest, AChangeOfStateIsADatedRowAndNothingIsDeleted) {
  ASSERT_TRUE(store_.Apply(std::vector{Spec("a", ModelState::kDraft)}, "new").ok());
  ASSERT_TRUE(store_.Apply(std::vector{Spec("a", ModelState::kActive)}, "tried").ok());
  ASSERT_TRUE(store_.Apply(std::vector{Spec("a", ModelState::kRetired)}, "old").ok());
  EXPECT_EQ(Value("select string_agg(state || ' ' || reason, ', ' order by revision) "
                  "from arena.model_states"),
            "1 new, 3 tried, 4 old");
  EXPECT_EQ(Find("a").state, ModelState::kRetired);
}

TEST_F(ModelStoreTest, AChangedDescriptionKeepsIdAndState) {
  ASSERT_TRUE(store_.Apply(std::vector{Spec("a")}, "").ok());
  const Model before = Find("a");
  ModelSpec changed = Spec("a");
  changed.state = std::nullopt;
  changed.description.license = "Apache-2.0";
  const auto counts = store_.Apply(std::vector{changed}, "");
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->changed, 1);
  const Model after = Find("a");
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.state, ModelState::kActive);
  EXPECT_EQ(after.description.license, "Apache-2.0");
  EXPECT_EQ(Value("select count(*) from arena.model_states"), "1");
}

TEST_F(ModelStoreTest, EndpointsGetANewRevisionWhenGiven) {
  ModelSpec spec = Spec("a");
  spec.endpoints.push_back(spec.endpoints[0]);
  ASSERT_TRUE(store_.Apply(std::vector{spec, Spec("b")}, "").ok());
  spec.endpoints = {spec.endpoints[0]};
  spec.endpoints[0].url = "https://elsewhere.example/v1";
  ASSERT_TRUE(store_.Apply(std::vector{spec}, "").ok());
  spec.endpoints.clear();
  ASSERT_TRUE(store_.Apply(std::vector{spec}, "").ok());
  EXPECT_EQ(Value("select string_agg(m.name || ordinal || ' ' || url, ', ' "
                  "order by e.revision, m.name, ordinal) "
                  "from arena.model_endpoints e join arena.models m on m.id = e.model_id"),
            "a1 http://127.0.0.1:50061/v1, a2 http://127.0.0.1:50061/v1, "
            "b1 http://127.0.0.1:50061/v1, a1 https://elsewhere.example/v1");
  EXPECT_EQ(Value("select distinct api_key_env || first_token_timeout_ms || remote_model "
                  "from arena.model_endpoints where model_id = 1"),
            "KEY30000a");
}

TEST_F(ModelStoreTest, AllOrNothing) {
  ModelSpec orphan = Spec("b");
  orphan.description.variant_of = "nobody";
  EXPECT_EQ(ReasonOf(store_.Apply(std::vector{Spec("a"), orphan}, "").status()), "MODEL_INVALID");
  EXPECT_EQ(Value("select count(*) from arena.models"), "0");
  EXPECT_EQ(Value("select count(*) from arena.model_endpoints"), "0");
}

TEST_F(ModelStoreTest, AppliesAtTheSameTimeTakeTurns) {
  std::vector<std::thread> threads;
  std::atomic<int> added = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto counts = store_.Apply(std::vector{Spec("a"), Spec("b")}, "");
      ASSERT_TRUE(counts.ok()) << counts.status();
      added += counts->added;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(added, 2);
  EXPECT_EQ(Value("select count(*) from arena.model_states"), "2");
}

TEST_F(ModelStoreTest, TheCacheHoldsTheModelsOfItsLastRefresh) {
  CatalogCache cache(store_);
  EXPECT_EQ(ReasonOf(cache.Current().status()), "STORAGE_UNAVAILABLE");
  ASSERT_TRUE(cache.Refresh().ok());
  const auto before = *cache.Current();
  ASSERT_TRUE(store_.Apply(std::vector{Spec("a")}, "").ok());
  EXPECT_EQ((*cache.Current())->models().size(), 0u);
  ASSERT_TRUE(cache.Refresh().ok());
  EXPECT_EQ((*cache.Current())->models().size(), 1u);
  EXPECT_EQ(before->models().size(), 0u) << "a catalog in use does not change";
}

TEST_F(ModelStoreTest, TheCacheKeepsItsModelsWhileTheDatabaseIsAway) {
  ASSERT_TRUE(store_.Apply(std::vector{Spec("a")}, "").ok());
  CatalogCache cache(store_);
  ASSERT_TRUE(cache.Refresh().ok());
  testing::Execute(superuser_, "revoke select on arena.current_models from arena_matchmaker");
  EXPECT_FALSE(cache.Refresh().ok());
  EXPECT_FALSE(cache.last_refresh().ok());
  EXPECT_EQ((*cache.Current())->models().size(), 1u);
}

}  // namespace
}  // namespace arena::matchmaker
