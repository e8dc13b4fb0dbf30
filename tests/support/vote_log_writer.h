#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "common/base/ids.h"
#include "common/base/random.h"
#include "common/domain/battle.h"
#include "common/postgres/database.h"

namespace arena::testing {

// What a test says of a vote; each is in a battle of its own.
struct TestVote {
  ModelId left{};
  ModelId right{};
  Choice choice = Choice::kLeft;
  bool is_rated = true;
  int turn = 1;
  std::string language = "en";
  // Separated by commas.
  std::string tags;
  std::string voter;
  StyleCounts left_style;
  StyleCounts right_style;
};

// Appends to the vote log as vote-ingest does, and adds models as matchmaker does; for tests of
// what reads them. Stops the test on any error. Used by one thread.
class VoteLogWriter {
 public:
  // `conninfo` must allow to write both.
  explicit VoteLogWriter(const std::string& conninfo)
      : database_({.conninfo = conninfo, .connections = 1}) {}

  ModelId AddModel(const std::string& name, ModelState state = ModelState::kActive);
  void SetState(ModelId model, ModelState state);
  // One group; returns the position of its last vote.
  int64_t Append(absl::Span<const TestVote> votes);
  // A retraction or restoration of the vote at `target`, which must be `vote`.
  int64_t AppendEntry(VoteKind kind, int64_t target, const TestVote& vote);
  // Runs a statement without parameters.
  void Execute(const std::string& statement);
  // The first column of the first row.
  int64_t Number(const std::string& query);

  Database& database() { return database_; }

 private:
  Database database_;
  SecureRandom random_;
};

// Votes between models drawn at random, all rated; the same seed gives the same votes.
std::vector<TestVote> RandomVotes(const std::vector<ModelId>& models, int count, Random& random);
// The same with labels and styles drawn at random, so that every board counts some.
std::vector<TestVote> RandomLabelledVotes(const std::vector<ModelId>& models, int count,
                                          Random& random);

}  // namespace arena::testing
