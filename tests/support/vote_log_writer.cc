#include "tests/support/vote_log_writer.h"

#include <cstdio>
#include <cstdlib>

#include "absl/time/clock.h"
#include "common/postgres/array_literal.h"

namespace arena::testing {
namespace {

void StopUnlessOk(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "vote log writer: %s\n", status.ToString().c_str());
  std::abort();
}

}  // namespace

ModelId VoteLogWriter::AddModel(const std::string& name, ModelState state) {
  int32_t id = 0;
  StopUnlessOk(database_.Transact([&](pqxx::work& work) -> absl::Status {
    id = work.exec_params1(
                 "insert into arena.models (name, display_name, organization, license) "
                 "values ($1, $2, 'Example Labs', 'MIT') returning id",
                 name, "Display " + name)[0]
             .as<int32_t>();
    work.exec_params("insert into arena.model_states (model_id, state) values ($1, $2)", id,
                     static_cast<int>(state));
    return absl::OkStatus();
  }));
  return static_cast<ModelId>(id);
}

void VoteLogWriter::SetState(ModelId model, ModelState state) {
  StopUnlessOk(database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    session.exec_params("insert into arena.model_states (model_id, state) values ($1, $2)",
                        static_cast<int>(model), static_cast<int>(state));
    return absl::OkStatus();
  }));
}

int64_t VoteLogWriter::Append(absl::Span<const TestVote> votes) {
  ArrayLiteral battles, turns, firsts, frontends, lefts, rights, choices, rateds, reasons,
      languages, tags, probabilities, voters, styles;
  for (const TestVote& vote : votes) {
    battles.Add(Uuid::MakeVersion7(absl::Now(), random_).ToString());
    turns.Add(1);
    firsts.Add(true);
    frontends.Add("test");
    lefts.Add(static_cast<int>(vote.left));
    rights.Add(static_cast<int>(vote.right));
    choices.Add(static_cast<int>(vote.choice));
    rateds.Add(vote.is_rated);
    reasons.Add("");
    languages.Add("en");
    tags.Add("");
    probabilities.Add(0.5);
    voters.Add("");
    for (int i = 0; i < 8; ++i) styles.Add(0);
  }
  int64_t last = 0;
  StopUnlessOk(database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    last = session
               .exec_params1(
                   "select max(claimed_position) from arena.append_votes($1, $2, $3, $4, $5, $6, "
                   "$7, $8, $9, $10, $11, $12, $13, $14)",
                   battles.Finish(), turns.Finish(), firsts.Finish(), frontends.Finish(),
                   lefts.Finish(), rights.Finish(), choices.Finish(), rateds.Finish(),
                   reasons.Finish(), languages.Finish(), tags.Finish(), probabilities.Finish(),
                   voters.Finish(), styles.Finish())[0]
               .as<int64_t>();
    return absl::OkStatus();
  }));
  return last;
}

int64_t VoteLogWriter::AppendEntry(VoteKind kind, int64_t target, const TestVote& vote) {
  int64_t position = 0;
  StopUnlessOk(database_.Transact([&](pqxx::work& work) -> absl::Status {
    position = work.exec1(
                       "update arena.vote_log_head set position = position + 1 "
                       "returning position")[0]
                   .as<int64_t>();
    work.exec_params(
        "insert into arena.vote_log (position, kind, target_position, battle_id, turn, frontend, "
        "left_model, right_model, choice, rated, vote_time) "
        "select $1, $2, $3, battle_id, turn, frontend, $4, $5, $6, $7, clock_timestamp() "
        "from arena.vote_log where position = $3",
        position, static_cast<int>(kind), target, static_cast<int>(vote.left),
        static_cast<int>(vote.right), static_cast<int>(vote.choice), vote.is_rated);
    work.exec("select pg_notify('arena_votes', '')");
    return absl::OkStatus();
  }));
  return position;
}

void VoteLogWriter::Execute(const std::string& statement) {
  StopUnlessOk(database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    session.exec(statement);
    return absl::OkStatus();
  }));
}

int64_t VoteLogWriter::Number(const std::string& query) {
  int64_t number = 0;
  StopUnlessOk(database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    number = session.exec1(query)[0].as<int64_t>();
    return absl::OkStatus();
  }));
  return number;
}

std::vector<TestVote> RandomVotes(const std::vector<ModelId>& models, int count, Random& random) {
  std::vector<TestVote> votes;
  for (int i = 0; i < count; ++i) {
    const uint64_t left = random.Below(models.size());
    const uint64_t right = (left + 1 + random.Below(models.size() - 1)) % models.size();
    votes.push_back({.left = models[left],
                     .right = models[right],
                     .choice = static_cast<Choice>(1 + random.Below(4))});
  }
  return votes;
}

}  // namespace arena::testing
