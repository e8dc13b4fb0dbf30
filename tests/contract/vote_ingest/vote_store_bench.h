#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "common/base/limits.h"
#include "services/vote-ingest/storage/vote_store.h"

namespace arena::vote_ingest {

// A store and the way to put into it what others would have written.
class Bench {
 public:
  virtual ~Bench() = default;
  virtual VoteStore& store() = 0;
  virtual void AddModel(const ModelRef& model, bool may_be_named) = 0;
  // `prompt` is the battle's first one.
  virtual void AddBattle(const BattleView& battle, const std::string& prompt = "") = 0;
};

// "Memory" or "Postgres".
std::unique_ptr<Bench> MakeBench(const std::string& kind, int64_t prompt_vote_cap = 0,
                                 int64_t searched_positions = limits::kSearchedPositions);

// A vote with something in every column, not rated.
NewVote VoteOn(const BattleView& battle);

// The positions that an append gave.
std::vector<std::optional<int64_t>> PositionsOf(
    const absl::StatusOr<std::vector<std::optional<Appended>>>& appended);

// A suite of the contract of VoteStore, run on both stores. Models `alder` and `birch` may be
// named, `cedar` may not.
class VoteStoreTest : public ::testing::TestWithParam<std::string> {
 protected:
  VoteStoreTest() { AddModels(); }
  void AddModels();
  VoteStore& store() { return bench_->store(); }

  std::unique_ptr<Bench> bench_ = MakeBench(GetParam());
};

}  // namespace arena::vote_ingest
