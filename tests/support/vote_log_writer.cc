#include "tests/support/vote_log_writer.h"

#include <cstdio>
#include <cstdlib>
#include <iterator>

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
    turns.Add(vote.turn);
    firsts.Add(true);
    frontends.Add("test");
    lefts.Add(static_cast<int>(vote.left));
    rights.Add(static_cast<int>(vote.right));
    choices.Add(static_cast<int>(vote.choice));
    rateds.Add(vote.is_rated);
    reasons.Add("");
    languages.Add(vote.language);
    tags.Add(vote.tags);
    probabilities.Add(0.5);
    voters.Add(vote.voter);
    const StyleCounts& left = vote.left_style;
    const StyleCounts& right = vote.right_style;
    styles.Add(left.tokens).Add(right.tokens).Add(left.headers).Add(right.headers);
    styles.Add(left.list_items).Add(right.list_items);
    styles.Add(left.bold_spans).Add(right.bold_spans);
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
        "left_model, right_model, choice, rated, language, tags, voter_hash, draw_probability, "
        "tokens_left, tokens_right, headers_left, headers_right, list_items_left, "
        "list_items_right, bold_spans_left, bold_spans_right, vote_time) "
        "select $1, $2, $3, battle_id, turn, frontend, $4, $5, $6, $7, language, tags, voter_hash, "
        "draw_probability, tokens_left, tokens_right, headers_left, headers_right, "
        "list_items_left, list_items_right, bold_spans_left, bold_spans_right, vote_time "
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

std::vector<TestVote> RandomLabelledVotes(const std::vector<ModelId>& models, int count,
                                          Random& random) {
  const auto style = [&random] {
    return StyleCounts{.tokens = static_cast<int32_t>(1 + random.Below(900)),
                       .headers = static_cast<int32_t>(random.Below(5)),
                       .list_items = static_cast<int32_t>(random.Below(9)),
                       .bold_spans = static_cast<int32_t>(random.Below(9))};
  };
  constexpr const char* kLanguages[] = {"en", "de", "zh", "und"};
  constexpr const char* kTags[] = {"",       "code", "math", "code,long_prompt", "short_prompt",
                                   "refusal"};
  std::vector<TestVote> votes = RandomVotes(models, count, random);
  for (TestVote& vote : votes) {
    vote.turn = static_cast<int>(1 + random.Below(2));
    vote.language = kLanguages[random.Below(std::size(kLanguages))];
    vote.tags = kTags[random.Below(std::size(kTags))];
    vote.voter = "voter " + std::to_string(random.Below(20));
    vote.left_style = style();
    vote.right_style = style();
  }
  return votes;
}

}  // namespace arena::testing
