-- The vote log: append-only, one totally ordered position without gap. Who takes a position holds the
-- head's row lock until its commit, so a reader never sees a position before all smaller ones.
create table arena.vote_claims (
  battle_id  uuid not null,
  turn       smallint not null,
  is_first   boolean not null,                  -- the vote that revealed the battle
  primary key (battle_id, turn)
);
create unique index vote_claims_first on arena.vote_claims (battle_id) where is_first;

create table arena.vote_log_head (
  id        boolean primary key default true check (id),
  position  bigint not null
) with (fillfactor = 10);                       -- room for HOT updates on its one page
insert into arena.vote_log_head (position) values (0);

create table arena.vote_log (
  position          bigint primary key,
  kind              smallint not null check (kind between 1 and 4),
  target_position   bigint not null default 0,  -- of the vote that a non-vote entry is about
  battle_id         uuid not null,
  turn              smallint not null,
  frontend          text not null,
  left_model        integer not null,
  right_model       integer not null,
  choice            smallint not null check (choice between 1 and 4),
  rated             boolean not null,
  unrated_reasons   smallint[] not null default '{}',
  language          text not null default 'und',
  tags              text[] not null default '{}',
  draw_probability  double precision not null default 0,
  voter_hash        text not null default '',
  tokens_left       integer not null default 0,
  tokens_right      integer not null default 0,
  headers_left      integer not null default 0,
  headers_right     integer not null default 0,
  list_items_left   integer not null default 0,
  list_items_right  integer not null default 0,
  bold_spans_left   integer not null default 0,
  bold_spans_right  integer not null default 0,
  vote_time         timestamptz not null
);
create index vote_log_by_battle on arena.vote_log (battle_id);

-- Appends a group of votes: claims what is unclaimed, moves the head by as many, inserts these with
-- consecutive positions in the order given, and returns them. What it does not return was claimed
-- before; the caller reads it back. Claims are taken in key order, so two groups never deadlock. Tags
-- and reasons come as comma-separated lists.
create function arena.append_votes(
  battle_ids uuid[], turns smallint[], firsts boolean[], frontends text[], left_models integer[],
  right_models integer[], choices smallint[], rateds boolean[], reason_lists text[],
  languages text[], tag_lists text[], probabilities double precision[], voter_hashes text[],
  styles integer[]  -- eight a vote: tokens, headers, list items, bold spans; left, right each
) returns table (claimed_battle uuid, claimed_turn smallint, claimed_position bigint)
language plpgsql as $$
declare
  claimed_battles uuid[];
  claimed_turns smallint[];
  base bigint;
begin
  with claimed as (
    insert into arena.vote_claims (battle_id, turn, is_first)
    select v.battle_id, v.turn, v.is_first
    from unnest(battle_ids, turns, firsts) as v (battle_id, turn, is_first)
    order by v.battle_id, v.turn
    on conflict do nothing
    returning battle_id, turn
  )
  select array_agg(battle_id), array_agg(turn) into claimed_battles, claimed_turns from claimed;
  if claimed_battles is null then
    return;
  end if;

  update arena.vote_log_head set position = position + cardinality(claimed_battles)
  returning position - cardinality(claimed_battles) into base;

  return query
  insert into arena.vote_log (
    position, kind, battle_id, turn, frontend, left_model, right_model, choice, rated,
    unrated_reasons, language, tags, draw_probability, voter_hash,
    tokens_left, tokens_right, headers_left, headers_right,
    list_items_left, list_items_right, bold_spans_left, bold_spans_right, vote_time)
  select base + row_number() over (order by v.n), 1, v.battle_id, v.turn, v.frontend,
         v.left_model, v.right_model, v.choice, v.rated,
         string_to_array(v.reasons, ',')::smallint[], v.language, string_to_array(v.tags, ','),
         v.probability, v.voter_hash,
         styles[8 * v.n - 7], styles[8 * v.n - 6], styles[8 * v.n - 5], styles[8 * v.n - 4],
         styles[8 * v.n - 3], styles[8 * v.n - 2], styles[8 * v.n - 1], styles[8 * v.n],
         clock_timestamp()
  from unnest(battle_ids, turns, frontends, left_models, right_models, choices, rateds, reason_lists,
              languages, tag_lists, probabilities, voter_hashes)
       with ordinality
       as v (battle_id, turn, frontend, left_model, right_model, choice, rated, reasons,
             language, tags, probability, voter_hash, n)
  join unnest(claimed_battles, claimed_turns) as c (battle_id, turn)
    on c.battle_id = v.battle_id and c.turn = v.turn
  returning vote_log.battle_id, vote_log.turn, vote_log.position;

  perform pg_notify('arena_votes', '');
end
$$;

grant select, insert on arena.vote_claims, arena.vote_log to arena_vote_ingest;
grant select, update on arena.vote_log_head to arena_vote_ingest;
grant select on arena.vote_claims, arena.vote_log to arena_matchmaker;
grant select on arena.vote_claims to arena_model_gateway;
grant select on arena.vote_log, arena.vote_log_head to arena_rating;
revoke execute on function arena.append_votes from public;
grant execute on function arena.append_votes to arena_vote_ingest;
