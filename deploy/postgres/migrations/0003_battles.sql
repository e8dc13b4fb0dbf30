-- Battles and what happens in them. Rows are immutable; a battle's state is derived from them.
-- The ids are time-ordered, so new rows touch the right end of each index. There are no foreign keys
-- between these tables: their writers check, and the tables can be distributed by battle_id.
create table arena.battles (
  id              uuid primary key,
  mode            smallint not null check (mode between 1 and 3),
  frontend        text not null,
  request_digest  bytea not null,              -- SHA-256 of the request, tells a repeat from a reuse
  voter_hash      text not null default '',    -- keyed; empty when the frontend named no voter
  address_hash    text not null default '',
  required_capabilities smallint[] not null default '{}',  -- beyond text, ascending; a redraw keeps to them
  create_time     timestamptz not null,
  expire_time     timestamptz not null
);

-- Append-only; the highest number holds. A second draw replaces one side whose model failed.
create table arena.draws (
  battle_id         uuid not null,
  draw_number       smallint not null,
  left_model        integer not null,
  right_model       integer,                    -- null in direct mode
  pair_probability  double precision not null,  -- of the unordered pair, when it was drawn; 0 when named
  side_coin         smallint not null,          -- 1: the pair's member with the smaller id stands left
  policy            text not null,
  policy_epoch      integer not null,
  eligible_digest   bytea not null,             -- SHA-256 of the sorted ids that could be drawn
  create_time       timestamptz not null default clock_timestamp(),
  primary key (battle_id, draw_number)
);

create table arena.turn_starts (
  battle_id      uuid not null,
  turn           smallint not null,
  request_id     uuid not null,
  prompt_digest  bytea not null,
  owner          text not null,                 -- the replica that answers it
  start_time     timestamptz not null default clock_timestamp(),
  deadline       timestamptz not null,          -- an unfinished turn counts as failed after it
  primary key (battle_id, turn)
);

create table arena.turn_facts (
  battle_id       uuid not null,
  turn            smallint not null,
  side            smallint not null,
  draw_number     smallint not null,
  model_id        integer not null,
  end_state       smallint not null check (end_state between 1 and 7),
  endpoint        text not null default '',
  first_token_ms  integer,                      -- null when there was none
  total_ms        integer not null,
  tokens          integer not null default 0,
  headers         integer not null default 0,
  list_items      integer not null default 0,
  bold_spans      integer not null default 0,
  language        text not null default 'und',  -- of the prompt, ISO 639-1
  tags            text[] not null default '{}', -- of the prompt, ascending
  identity_shown  boolean not null default false,
  flagged         boolean not null default false,
  finish_time     timestamptz not null default clock_timestamp(),
  primary key (battle_id, turn, side)
);

-- model-gateway's alone. Erasure deletes rows here and touches no vote.
create table arena.turn_texts (
  battle_id  uuid not null,
  turn       smallint not null,
  part       smallint not null,                 -- 0 prompt, 1 left reply, 2 right reply
  content    text not null,
  primary key (battle_id, turn, part)
);

grant select, insert on arena.battles, arena.draws to arena_matchmaker;
grant select on arena.turn_starts, arena.turn_facts to arena_matchmaker;
grant select on arena.battles, arena.draws to arena_model_gateway, arena_vote_ingest;
grant select, insert on arena.turn_starts, arena.turn_facts to arena_model_gateway;
grant select, insert, delete on arena.turn_texts to arena_model_gateway;
grant select on arena.turn_starts, arena.turn_facts to arena_vote_ingest;
