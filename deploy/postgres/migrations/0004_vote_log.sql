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

grant select, insert on arena.vote_claims, arena.vote_log to arena_vote_ingest;
grant select, update on arena.vote_log_head to arena_vote_ingest;
grant select on arena.vote_claims, arena.vote_log to arena_matchmaker;
grant select on arena.vote_claims to arena_model_gateway;
grant select on arena.vote_log, arena.vote_log_head to arena_rating;
