-- Snapshots come in series, each with settings, digests and a pace of its own: counts (Bradley-Terry of
-- every board), elo (of overall), style (style-controlled Bradley-Terry of every board). What was
-- published before holds tables of several methods; it keeps a name of its own, which nobody reads.
alter table arena.leaderboard_snapshots
  add column series text not null default 'mixed',
  add column is_thinned boolean not null default false;   -- the tables are gone, this header is left
alter table arena.leaderboard_snapshots alter column series drop default;
create index leaderboard_snapshots_newest on arena.leaderboard_snapshots (series, snapshot_id desc);
create index leaderboard_snapshots_retained on arena.leaderboard_snapshots
  (series, position desc, snapshot_id desc) where not is_thinned;
create index leaderboard_snapshots_by_time on arena.leaderboard_snapshots
  (series, publish_time desc, snapshot_id desc);
grant update (is_thinned) on arena.leaderboard_snapshots to arena_rating;

-- Boards of hundreds of models are tens of kilobytes of text, several times a second.
alter table arena.leaderboard_tables alter column content set compression lz4;

-- What a rating that starts goes on from, instead of reading the whole log first: the newest counts of
-- each format. A replica that knows another format leaves the others' alone.
create table arena.rating_checkpoints (
  format       text primary key,                -- version of the bytes, and what they depend on
  position     bigint not null,                 -- they cover exactly the log entries up to it
  content      bytea not null,
  create_time  timestamptz not null default clock_timestamp()
);
alter table arena.rating_checkpoints alter column content set storage external;
grant select, insert, update, delete on arena.rating_checkpoints to arena_rating;
