-- Models. No row is ever deleted; names never change. A change of state is a dated row.
create table arena.models (
  id            integer generated always as identity primary key,
  name          text not null unique check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
  display_name  text not null,
  provider      text not null default '',
  organization  text not null default '',
  license       text not null default '',
  family        text not null default '',
  variant_of    text not null default '',
  capabilities  smallint[] not null default '{}',
  create_time   timestamptz not null default clock_timestamp()
);

create table arena.model_states (
  revision    bigint generated always as identity primary key,
  model_id    integer not null references arena.models,
  state       smallint not null check (state between 1 and 4),
  reason      text not null default '',
  state_time  timestamptz not null default clock_timestamp()
);
create index model_states_by_model on arena.model_states (model_id, revision desc);

-- Where models are served. Append-only: the rows of a model's highest revision hold. Written by
-- matchmaker (which cannot read it), read by model-gateway alone. Keys are never here: api_key_env
-- names a variable of model-gateway's environment.
create table arena.model_endpoints (
  model_id                integer not null references arena.models,
  revision                bigint not null,
  ordinal                 smallint not null,
  protocol                smallint not null,
  url                     text not null,
  remote_model            text not null,
  api_key_env             text not null default '',
  first_token_timeout_ms  integer not null,
  total_timeout_ms        integer not null,
  max_tokens              integer not null,
  primary key (model_id, revision, ordinal)
);
create sequence arena.model_endpoint_revisions;

-- Models with the state that holds now.
create view arena.current_models as
select m.id, m.name, m.display_name, m.provider, m.organization, m.license, m.family, m.variant_of,
       m.capabilities, m.create_time, s.state, s.state_time, s.reason as state_reason
from arena.models m
cross join lateral (
  select state, state_time, reason from arena.model_states
  where model_id = m.id order by revision desc limit 1
) s;

grant select, insert, update on arena.models to arena_matchmaker;
grant select, insert on arena.model_states to arena_matchmaker;
grant insert on arena.model_endpoints to arena_matchmaker;
grant usage on sequence arena.model_endpoint_revisions to arena_matchmaker;
grant select on arena.models, arena.model_states to arena_model_gateway, arena_vote_ingest, arena_rating;
grant select on arena.model_endpoints to arena_model_gateway;
grant select on arena.current_models to arena_matchmaker, arena_model_gateway, arena_vote_ingest, arena_rating;
