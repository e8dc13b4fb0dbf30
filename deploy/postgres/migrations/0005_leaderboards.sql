-- Published leaderboards. Immutable; the headers are kept for ever, the tables are thinned by age.
create table arena.leaderboard_snapshots (
  snapshot_id      bigint generated always as identity primary key,
  position         bigint not null,
  settings         text not null,               -- canonical JSON
  library_version  text not null,
  digest           text not null,               -- SHA-256 of the canonical JSON of the tables, hexadecimal
  term             bigint not null,             -- of the lease under which it was published
  publish_time     timestamptz not null default clock_timestamp(),
  unique (position, settings, library_version)
);

create table arena.leaderboard_tables (
  snapshot_id  bigint not null references arena.leaderboard_snapshots,
  board        text not null,
  method       text not null,                   -- bt, elo, or pairs for the outcome counts
  content      text not null,                   -- canonical JSON
  primary key (snapshot_id, board, method)
);

-- Who may do what one replica alone may do. Expiry is by the database's clock; a new holder has a
-- higher term, and what is done under a lease checks the term in the same transaction.
create table arena.leases (
  name         text primary key,
  holder       text not null,
  term         bigint not null,
  expire_time  timestamptz not null
);

grant select, insert on arena.leaderboard_snapshots to arena_rating;
grant select, insert, delete on arena.leaderboard_tables to arena_rating;
grant select, insert, update on arena.leases to arena_rating;
