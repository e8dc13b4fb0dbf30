#include "tests/contract/vote_ingest/vote_store_bench.h"

#include "common/postgres/database.h"
#include "services/vote-ingest/storage/memory_vote_store.h"
#include "services/vote-ingest/storage/postgres_vote_store.h"
#include "tests/contract/vote_ingest/battle_rows.h"
#include "tests/support/test_postgres.h"

namespace arena::vote_ingest {
namespace {

class MemoryBench : public Bench {
 public:
  MemoryBench(int64_t prompt_vote_cap, int64_t searched_positions)
      : store_(clock_, prompt_vote_cap, searched_positions) {}

  VoteStore& store() override { return store_; }
  void AddModel(const ModelRef& model, bool may_be_named) override {
    store_.AddModel(model, may_be_named);
  }
  void AddBattle(const BattleView& battle, const std::string& prompt) override {
    store_.AddBattle(battle, prompt);
  }

 private:
  SystemClock clock_;
  MemoryVoteStore store_;
};

class PostgresBench : public Bench {
 public:
  PostgresBench(int64_t prompt_vote_cap, int64_t searched_positions)
      : store_(database_, prompt_vote_cap, searched_positions) {}

  VoteStore& store() override { return store_; }
  void AddModel(const ModelRef& model, bool may_be_named) override {
    InsertModel(admin_, model, may_be_named);
  }
  void AddBattle(const BattleView& battle, const std::string& prompt) override {
    InsertBattle(admin_, battle, prompt);
  }

 private:
  testing::TestDatabase test_database_;
  Database admin_{{.conninfo = test_database_.conninfo()}};
  // With no more rights than the service has.
  Database database_{{.conninfo = test_database_.conninfo("arena_vote_ingest"), .connections = 8}};
  PostgresVoteStore store_;
};

}  // namespace

std::unique_ptr<Bench> MakeBench(const std::string& kind, int64_t prompt_vote_cap,
                                 int64_t searched_positions) {
  if (kind == "Memory") return std::make_unique<MemoryBench>(prompt_vote_cap, searched_positions);
  return std::make_unique<PostgresBench>(prompt_vote_cap, searched_positions);
}

NewVote VoteOn(const BattleView& battle) {
  return {.battle_id = battle.id,
          .turn = 1,
          .is_first = true,
          .frontend = "web",
          .left = battle.left,
          .right = *battle.right,
          .choice = Choice::kBothBad,
          .reasons = {UnratedReason::kReplyIncomplete, UnratedReason::kFlagged},
          .language = "de",
          .tags = {"code", "math"},
          .draw_probability = 1.0 / 3.0,
          .voter_hash = "feed",
          .style_left = {1, 2, 3, 4},
          .style_right = {5, 6, 7, 8}};
}

std::vector<std::optional<int64_t>> PositionsOf(
    const absl::StatusOr<std::vector<std::optional<Appended>>>& appended) {
  EXPECT_TRUE(appended.ok()) << appended.status();
  std::vector<std::optional<int64_t>> positions;
  if (!appended.ok()) return positions;
  for (const auto& vote : *appended) {
    positions.push_back(vote.has_value() ? std::optional(vote->position) : std::nullopt);
  }
  return positions;
}

void VoteStoreTest::AddModels() {
  bench_->AddModel({ModelId{1}, "alder"}, true);
  bench_->AddModel({ModelId{2}, "birch"}, true);
  bench_->AddModel({ModelId{3}, "cedar"}, false);
}

}  // namespace arena::vote_ingest
