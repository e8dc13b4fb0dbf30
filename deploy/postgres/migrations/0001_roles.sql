-- One SQL role a service, with just what it needs; the grants stand beside each table's definition.
-- Roles belong to the whole cluster, so another database of it may have made them already. How they
-- log in (password, certificate, socket) is the operator's business: pg_hba.conf and ALTER ROLE.
create schema if not exists arena;

do $$
declare
  role text;
begin
  foreach role in array array['arena_matchmaker', 'arena_model_gateway', 'arena_vote_ingest', 'arena_rating'] loop
    begin
      execute format('create role %I login', role);
    exception when duplicate_object or unique_violation then
      null;  -- made by another database of this cluster, perhaps at this moment
    end;
    execute format('grant usage on schema arena to %I', role);
  end loop;
end
$$;
