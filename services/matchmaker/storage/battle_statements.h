#pragma once

#include <pqxx/pqxx>
#include <string>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/matchmaker/core/battle.h"

// The SQL of the battle store, beside the code that fills its parameters and reads its rows.
namespace arena::matchmaker {

// Battles and first draws of a group: one array literal a column, in the order of kInsertBattles.
struct InsertParameters {
  explicit InsertParameters(absl::Span<const NewBattle* const> battles);

  std::string ids, modes, frontends, digests, voters, addresses, capabilities, create_times,
      expire_times, lefts, rights, probabilities, coins, policies, epochs, eligible_digests;
};

// Inserts the battles whose ids are free and, for these alone, their first draws; returns their
// ids. In key order, so that two groups never deadlock.
inline constexpr char kInsertBattles[] = R"(
    with new_battles as (
      insert into arena.battles (id, mode, frontend, request_digest, voter_hash, address_hash,
                                 required_capabilities, create_time, expire_time)
      select b.id, b.mode, b.frontend, decode(b.digest, 'hex'), b.voter, b.address,
             string_to_array(b.capabilities, ',')::smallint[], b.create_time, b.expire_time
      from unnest($1::uuid[], $2::smallint[], $3::text[], $4::text[], $5::text[], $6::text[],
                  $7::text[], $8::timestamptz[], $9::timestamptz[])
           as b (id, mode, frontend, digest, voter, address, capabilities, create_time, expire_time)
      order by b.id
      on conflict (id) do nothing
      returning id
    ), first_draws as (
      insert into arena.draws (battle_id, draw_number, left_model, right_model, pair_probability,
                               side_coin, policy, policy_epoch, eligible_digest)
      select n.id, 1, d.left_model, d.right_model, d.probability, d.coin, d.policy, d.epoch,
             decode(d.digest, 'hex')
      from unnest($1::uuid[], $10::integer[], $11::integer[], $12::float8[], $13::smallint[],
                  $14::text[], $15::integer[], $16::text[])
           as d (id, left_model, right_model, probability, coin, policy, epoch, digest)
      join new_battles n on n.id = d.id
    )
    select id from new_battles)";

// One row a battle. Lists travel as text: elements separated by commas, their parts by colons.
inline constexpr char kReadBattles[] = R"(
    select b.id, b.mode, b.frontend, encode(b.request_digest, 'hex'),
           array_to_string(b.required_capabilities, ','),
           (extract(epoch from b.create_time) * 1000000)::bigint,
           (extract(epoch from b.expire_time) * 1000000)::bigint,
           d.draws, l.name, coalesce(r.name, ''),
           t.turn, (extract(epoch from t.deadline) * 1000000)::bigint, f.ended_sides,
           coalesce(f.first_sides, ''), coalesce(v.votes, ''),
           exists (select from arena.vote_claims c where c.battle_id = b.id)
    from unnest($1::uuid[]) as i (id)
    join arena.battles b on b.id = i.id
    cross join lateral (
      select string_agg(draw_number || ':' || left_model || ':' || coalesce(right_model, 0), ','
                        order by draw_number) as draws,
             (array_agg(left_model order by draw_number desc))[1] as left_model,
             (array_agg(right_model order by draw_number desc))[1] as right_model
      from arena.draws where battle_id = b.id
    ) d
    join arena.models l on l.id = d.left_model
    left join arena.models r on r.id = d.right_model
    left join lateral (
      select turn, deadline from arena.turn_starts
      where battle_id = b.id order by turn desc limit 1
    ) t on true
    left join lateral (
      select count(*) filter (where turn = t.turn) as ended_sides,
             string_agg(side::text, ',') filter (where turn = 1) as first_sides
      from arena.turn_facts where battle_id = b.id
    ) f on true
    left join lateral (
      select string_agg(turn || ':' || choice || ':' || position, ',' order by position) as votes
      from arena.vote_log where battle_id = b.id and kind = 1
    ) v on true)";

// A row of kReadBattles.
StoredBattle BattleOf(const pqxx::row& row);

// Battles whose time is not over, by frontend. An id begins with the time of its request, so those
// below the first one, $1, are over.
inline constexpr char kCountOpenBattles[] = R"(
    select frontend, count(*) from arena.battles
    where id >= $1::uuid and expire_time > to_timestamp($2::float8)
    group by frontend)";

// Adds a redraw unless it comes too late.
inline constexpr char kInsertRedraw[] = R"(
    insert into arena.draws (battle_id, draw_number, left_model, right_model, pair_probability,
                             side_coin, policy, policy_epoch, eligible_digest)
    select $1::uuid, $2, $3, $4, $5, $6, $7, $8, decode($9, 'hex')
    where not exists (select from arena.turn_facts
                      where battle_id = $1::uuid and turn = 1 and side = $10)
      and not exists (select from arena.turn_starts where battle_id = $1::uuid
                      and (turn > 1 or deadline <= to_timestamp($11::float8)))
      and not exists (select from arena.vote_claims where battle_id = $1::uuid)
    on conflict (battle_id, draw_number) do nothing)";

}  // namespace arena::matchmaker
