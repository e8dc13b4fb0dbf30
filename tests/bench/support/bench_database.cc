#include "tests/bench/support/bench_database.h"

#include <fmt/format.h>

#include <algorithm>

#include "absl/time/clock.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/postgres/array_literal.h"
#include "tests/bench/support/cpu_time.h"

namespace arena::bench {
namespace {

constexpr int64_t kBattlesPerStatement = 10'000;

// $1 ids, $2 number of the first, $3 models. Each battle gets a pair of its own, in turn.
constexpr const char* kAddBattles[] = {
    R"(insert into arena.battles (id, mode, frontend, request_digest, voter_hash, address_hash,
                                  create_time, expire_time)
       select id, 1, 'local', sha256(id::text::bytea), md5('voter' || ($2 + n) % 5000),
              md5('address' || ($2 + n) % 3000), now(), now() + interval '24 hours'
       from unnest($1::uuid[]) with ordinality as i (id, n) where $3::integer > 1)",
    R"(insert into arena.draws (battle_id, draw_number, left_model, right_model, pair_probability,
                                side_coin, policy, policy_epoch, eligible_digest)
       select id, 1, 1 + k % $3,
              1 + (k % $3 + 1 + k / $3 % ($3 - 1)) % $3, 2.0 / ($3 * ($3 - 1)),
              k % 2, 'uniform', 1, sha256('models'::bytea)
       from (select id, ($2 + n)::integer as k
             from unnest($1::uuid[]) with ordinality as i (id, n)) b)",
    R"(insert into arena.turn_starts (battle_id, turn, request_id, prompt_digest, owner, deadline)
       select id, 1, id, sha256(id::text::bytea), 'bench', now() + interval '5 minutes'
       from unnest($1::uuid[]) with ordinality as i (id, n) where $2 + n > 0 and $3::integer > 1)",
    R"(insert into arena.turn_facts (battle_id, turn, side, draw_number, model_id, end_state,
                                     first_token_ms, total_ms, tokens, headers, list_items,
                                     bold_spans, language, tags)
       select id, 1, side, 1, 1 + ($2 + n)::integer % $3, 1, 300, 5000, 200 + 40 * side, side,
              ($2 + n)::integer % 7, 3,
              (array['en', 'zh', 'en', 'ru', 'en', 'de', 'en', 'ja', 'fr', 'es', 'ko', 'pt', 'it',
                     'vi', 'pl', 'ar', 'tr', 'id'])[1 + ($2 + n) % 18],
              case ($2 + n) % 5 when 0 then array['code'] when 1 then array['math', 'long_prompt']
                when 2 then array['short_prompt'] when 3 then array['refusal'] else '{}' end
       from unnest($1::uuid[]) with ordinality as i (id, n), generate_series(1, 2) as side)"};

constexpr int64_t kVotesPerStatement = 200'000;

// {0} position before the first, {1} votes, {2} models, {3} an expression for the voter. Battle ids
// ascend and are nobody else's; a multiplicative hash of the position stands for chance.
constexpr char kAddVotes[] =
    R"(insert into arena.vote_log (position, kind, battle_id, turn, frontend, left_model,
                                   right_model, choice, rated, language, tags, draw_probability,
                                   voter_hash, tokens_left, tokens_right, headers_left,
                                   headers_right, list_items_left, list_items_right,
                                   bold_spans_left, bold_spans_right, vote_time)
       select p, 1, ('00000000-0000-7000-8000-' || lpad(to_hex(p), 12, '0'))::uuid,
              1 + (h % 5 = 0)::integer, 'stored', 1 + k % {2},
              1 + (k % {2} + 1 + k / {2} % ({2} - 1)) % {2}, 1 + (h / 7 % 10) * 4 / 11, true,
              case when h % 2 = 0 then 'en' else
                (array['zh', 'ru', 'de', 'ja', 'fr', 'es', 'ko', 'pt', 'it', 'vi', 'pl', 'ar', 'tr',
                       'id'])[1 + h / 2 % 14] end,
              case h / 3 % 6 when 0 then array['code'] when 1 then array['math', 'long_prompt']
                when 2 then array['short_prompt'] when 3 then array['refusal'] else '{{}}' end,
              2.0 / ({2} * ({2} - 1)), {3}, 50 + h % 700, 40 + h / 11 % 700,
              h % 5, h / 13 % 5, h % 9, h / 17 % 9, h % 7, h / 19 % 7,
              now() - interval '1 day' + p * interval '1 microsecond'
       from (select p, (p * 2654435761 % 4294967296)::bigint as h,
                    (p * 2654435761 % 4294967296 % 1000003)::integer as k
             from generate_series({0}::bigint + 1, {0} + {1}) as p) v)";

}  // namespace

absl::StatusOr<std::unique_ptr<BenchDatabase>> BenchDatabase::Open() {
  std::unique_ptr<BenchDatabase> database(new BenchDatabase);
  ARENA_RETURN_IF_ERROR(database->CheckDurable());
  // As `./arena up` sets it; it can be changed while the server runs.
  ARENA_RETURN_IF_ERROR(database->Execute("alter system set max_wal_size = '2GB'"));
  ARENA_RETURN_IF_ERROR(database->Execute("select pg_reload_conf()"));
  return database;
}

absl::Status BenchDatabase::CheckDurable() {
  ARENA_ASSIGN_OR_RETURN(
      const int64_t settings_off,
      Number("select count(*) from pg_settings where setting <> 'on' and name in ('fsync', "
             "'synchronous_commit', 'full_page_writes')"));
  if (settings_off == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "fsync, synchronous_commit and full_page_writes must be on: without them a figure says "
      "nothing.");
}

absl::Status BenchDatabase::AddModels(int count) {
  return Execute(
      fmt::format("with added as (insert into arena.models (name, display_name) "
                  "select 'model-' || n, 'Model ' || n from generate_series(1, {}) as n "
                  "order by n returning id) "
                  "insert into arena.model_states (model_id, state) select id, 3 from added",
                  count));
}

absl::StatusOr<std::vector<BattleId>> BenchDatabase::AddBattles(int64_t count, int models) {
  SecureRandom random;
  std::vector<BattleId> ids;
  for (int64_t i = 0; i < count; ++i) {
    ids.push_back(BattleId(Uuid::MakeVersion7(absl::Now(), random)));
  }
  std::sort(ids.begin(), ids.end());
  for (int64_t first = 0; first < count; first += kBattlesPerStatement) {
    ArrayLiteral array;
    for (int64_t i = first; i < std::min(count, first + kBattlesPerStatement); ++i) {
      array.Add(ids[static_cast<size_t>(i)].ToString());
    }
    ARENA_RETURN_IF_ERROR(admin_.Transact([&](pqxx::work& work) -> absl::Status {
      for (const char* statement : kAddBattles) {
        work.exec_params(statement, array.Finish(), first, models);
      }
      return absl::OkStatus();
    }));
  }
  return ids;
}

absl::Status BenchDatabase::AddVotes(int64_t count, int models, const std::string& voter) {
  const std::string voter_hash =
      voter.empty() ? "md5('voter' || h % 100000)" : fmt::format("'{}'", voter);
  ARENA_ASSIGN_OR_RETURN(int64_t head, Number("select position from arena.vote_log_head"));
  for (int64_t left = count; left > 0;) {
    const int64_t votes = std::min(left, kVotesPerStatement);
    ARENA_RETURN_IF_ERROR(admin_.Transact([&](pqxx::work& work) -> absl::Status {
      work.exec(fmt::format(kAddVotes, head, votes, models, voter_hash));
      work.exec(
          "insert into arena.vote_claims (battle_id, turn, is_first) select battle_id, turn, true "
          "from arena.vote_log where position > " +
          std::to_string(head));
      work.exec("update arena.vote_log_head set position = position + " + std::to_string(votes));
      return absl::OkStatus();
    }));
    head += votes;
    left -= votes;
  }
  return absl::OkStatus();
}

absl::Status BenchDatabase::Settle() {
  ARENA_RETURN_IF_ERROR(Execute("vacuum (analyze)"));
  return Execute("checkpoint");
}

absl::Status BenchDatabase::Execute(const std::string& statement) {
  return admin_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    session.exec(statement);
    return absl::OkStatus();
  });
}

absl::StatusOr<int64_t> BenchDatabase::Number(const std::string& query) {
  int64_t number = 0;
  ARENA_RETURN_IF_ERROR(admin_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    number = session.exec1(query)[0].as<int64_t>();
    return absl::OkStatus();
  }));
  return number;
}

absl::StatusOr<WalCounters> BenchDatabase::Wal() {
  WalCounters wal;
  ARENA_RETURN_IF_ERROR(admin_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    // This connection's own counts would be told up to a second later.
    session.exec("select pg_stat_force_next_flush()");
    const pqxx::row row = session.exec1(
        "select wal_records, wal_fpi, wal_bytes::bigint, wal_write, wal_sync from pg_stat_wal");
    wal = {.records = row[0].as<int64_t>(),
           .full_pages = row[1].as<int64_t>(),
           .bytes = row[2].as<int64_t>(),
           .writes = row[3].as<int64_t>(),
           .syncs = row[4].as<int64_t>()};
    return absl::OkStatus();
  }));
  return wal;
}

absl::StatusOr<double> BenchDatabase::CpuSeconds() {
  double seconds = 0;
  ARENA_RETURN_IF_ERROR(admin_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    seconds = 0;
    for (const auto& row : session.exec("select pid from pg_stat_activity")) {
      seconds += bench::CpuSeconds(row[0].as<pid_t>());
    }
    return absl::OkStatus();
  }));
  return seconds;
}

absl::StatusOr<std::string> BenchDatabase::Describe() {
  std::string text;
  ARENA_RETURN_IF_ERROR(admin_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    text = session
               .exec1(
                   "select 'PostgreSQL ' || current_setting('server_version') || ', ' || "
                   "string_agg(name || ' ' || current_setting(name), ', ' order by name) "
                   "from pg_settings where name in ('fsync', 'synchronous_commit', "
                   "'full_page_writes', 'shared_buffers', 'wal_sync_method')")[0]
               .as<std::string>();
    return absl::OkStatus();
  }));
  return text;
}

}  // namespace arena::bench
