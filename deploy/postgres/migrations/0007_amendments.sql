-- What is said about a vote later: it is taken out (retraction), back in (restoration), or gets other
-- labels (annotation). Each is an entry of its own, which repeats the vote's columns with the labels in
-- force just before it, and the vote's time: a reader subtracts by the entry alone.
alter table arena.vote_log
  add column reason text not null default '',            -- the operator's; of non-vote entries
  add column label_version integer not null default 0,   -- of annotations: of the rules that made the labels
  add column new_language text,                          -- of annotations: the labels in force from now on
  add column new_tags text[],
  add column entry_time timestamptz;                     -- of non-vote entries: when they were appended
create index vote_log_about on arena.vote_log (target_position, position desc) where kind > 1;

-- The first answer to each request that amended votes, for whoever repeats it.
create table arena.vote_amendments (
  caller          text not null,
  kind            smallint not null,
  request_id      uuid not null,
  request_digest  bytea not null,                -- SHA-256 of the request, tells a repeat from a reuse
  appended        integer not null,
  skipped         integer not null,
  first_position  bigint not null,               -- of the entries appended; 0 when there are none
  last_position   bigint not null,
  next_position   bigint not null,               -- where a search for a voter's votes goes on; 0 at the end
  amend_time      timestamptz not null default clock_timestamp(),
  primary key (caller, kind, request_id)
);
grant select, insert on arena.vote_amendments to arena_vote_ingest;

-- Appends one entry about each vote in `targets`, in their order, all or none. Who holds the head's lock
-- decides alone, so what a vote's state is cannot change between the look at it and the entry.
-- outcome: 0 done, now or by an earlier equal request; 1 no vote is at refused_position; 2 that vote is
-- already so (retracted, not retracted, labelled by rules as new), unless skip_settled; 3 the request id
-- was used for another request. The plan is kept, so it may not have been made for a small table.
create function arena.amend_votes(
  caller_name text, entry_kind smallint, asked_id uuid, asked_digest bytea, targets bigint[],
  why text, skip_settled boolean, search_from bigint,
  version integer, languages text[], tag_lists text[]  -- of annotations, one a target; else empty
) returns table (
  outcome smallint, refused_position bigint, appended integer, skipped integer, first_position bigint,
  last_position bigint, next_position bigint)
language plpgsql
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
  base bigint;
  earlier record;
  fits bigint[];  -- ordinals of the targets that get an entry
  missing bigint;
  settled bigint;
  fitting integer;
begin
  select h.position into base from arena.vote_log_head h for update;

  select a.request_digest = asked_digest as is_repeat, a.appended, a.skipped, a.first_position,
         a.last_position, a.next_position
  into earlier
  from arena.vote_amendments a
  where a.caller = caller_name and a.kind = entry_kind and a.request_id = asked_id;
  if found then
    return query
    select case when earlier.is_repeat then 0 else 3 end::smallint, 0::bigint, earlier.appended,
           earlier.skipped, earlier.first_position, earlier.last_position, earlier.next_position;
    return;
  end if;

  select array_agg(s.n order by s.n) filter (where s.is_there and not s.is_settled),
         min(s.target) filter (where not s.is_there),
         min(s.target) filter (where s.is_there and s.is_settled)
  into fits, missing, settled
  from (
    select t.n, t.target, v.position is not null as is_there,
           case entry_kind
             when 2 then coalesce(e.kind, 3) = 2
             when 3 then coalesce(e.kind, 3) = 3
             else coalesce(l.label_version, 0) >= version
           end as is_settled
    from unnest(targets) with ordinality as t (target, n)
    left join arena.vote_log v on v.position = t.target and v.kind = 1
    left join lateral (
      select kind from arena.vote_log
      where target_position = t.target and kind > 1 and kind < 4
      order by position desc limit 1
    ) e on true
    left join lateral (
      select label_version from arena.vote_log
      where target_position = t.target and kind > 1 and kind = 4
      order by position desc limit 1
    ) l on true
  ) s;
  if missing is not null or (settled is not null and not skip_settled) then
    return query
    select case when missing is not null then 1 else 2 end::smallint, coalesce(missing, settled), 0, 0,
           0::bigint, 0::bigint, 0::bigint;
    return;
  end if;

  fitting := coalesce(cardinality(fits), 0);
  if fitting > 0 then
    update arena.vote_log_head set position = base + fitting;
    insert into arena.vote_log (
      position, kind, target_position, battle_id, turn, frontend, left_model, right_model, choice,
      rated, unrated_reasons, language, tags, draw_probability, voter_hash,
      tokens_left, tokens_right, headers_left, headers_right,
      list_items_left, list_items_right, bold_spans_left, bold_spans_right, vote_time,
      reason, label_version, new_language, new_tags, entry_time)
    select base + f.place, entry_kind, v.position, v.battle_id, v.turn, v.frontend, v.left_model,
           v.right_model, v.choice, v.rated, v.unrated_reasons,
           coalesce(l.new_language, v.language), coalesce(l.new_tags, v.tags),
           v.draw_probability, v.voter_hash,
           v.tokens_left, v.tokens_right, v.headers_left, v.headers_right,
           v.list_items_left, v.list_items_right, v.bold_spans_left, v.bold_spans_right, v.vote_time,
           why, version,
           case when entry_kind = 4
             then coalesce(nullif(languages[f.n], ''), l.new_language, v.language) end,
           case when entry_kind = 4 then string_to_array(tag_lists[f.n], ',') end,
           clock_timestamp()
    from unnest(fits) with ordinality as f (n, place)
    join arena.vote_log v on v.position = targets[f.n]
    left join lateral (
      select new_language, new_tags from arena.vote_log
      where target_position = v.position and kind > 1 and kind = 4
      order by position desc limit 1
    ) l on true;
    perform pg_notify('arena_votes', '');
  end if;

  return query
  insert into arena.vote_amendments (
    caller, kind, request_id, request_digest, appended, skipped, first_position, last_position,
    next_position)
  values (caller_name, entry_kind, asked_id, asked_digest, fitting,
          cardinality(targets) - fitting, case when fitting > 0 then base + 1 else 0 end,
          case when fitting > 0 then base + fitting else 0 end, search_from)
  returning 0::smallint, 0::bigint, vote_amendments.appended, vote_amendments.skipped,
            vote_amendments.first_position, vote_amendments.last_position,
            vote_amendments.next_position;
end
$$;
revoke execute on function arena.amend_votes from public;
grant execute on function arena.amend_votes to arena_vote_ingest;

-- How many rated votes battles with this first prompt have; kept only while there is a cap.
create table arena.prompt_votes (
  prompt_digest  bytea primary key,              -- of turn_starts
  rated_votes    bigint not null
) with (fillfactor = 80);                        -- room for HOT updates
grant select, insert, update on arena.prompt_votes to arena_vote_ingest;

-- As in 0006, and with a cap: of the votes whose battles begin with the same prompt, only the first
-- `prompt_cap` are rated; those that follow get the reason 6. Decided under the head's lock, so it is
-- the order of the log that decides. 0 is no cap and costs nothing.
drop function arena.append_votes;
create function arena.append_votes(
  battle_ids uuid[], turns smallint[], firsts boolean[], frontends text[], left_models integer[],
  right_models integer[], choices smallint[], rateds boolean[], reason_lists text[],
  languages text[], tag_lists text[], probabilities double precision[], voter_hashes text[],
  styles integer[],  -- eight a vote: tokens, headers, list items, bold spans; left, right each
  prompt_cap bigint default 0
) returns table (
  claimed_battle uuid, claimed_turn smallint, claimed_position bigint, is_beyond_cap boolean)
language plpgsql as $$
declare
  claims bigint := cardinality(battle_ids);
  claimed bigint[];   -- ordinals of the votes whose claims are new; null when all are
  prompts bytea[];    -- of the votes' battles; null without a cap
  beyond boolean[];   -- which votes are beyond it; null without a cap
  base bigint;
begin
  begin
    insert into arena.vote_claims (battle_id, turn, is_first)
    select v.battle_id, v.turn, v.is_first
    from unnest(battle_ids, turns, firsts) as v (battle_id, turn, is_first)
    order by v.battle_id, v.turn;
  exception when unique_violation then
    -- The insert is undone as a whole; once more, for those that are free.
    with new_claims as (
      insert into arena.vote_claims (battle_id, turn, is_first)
      select v.battle_id, v.turn, v.is_first
      from unnest(battle_ids, turns, firsts) as v (battle_id, turn, is_first)
      order by v.battle_id, v.turn
      on conflict do nothing
      returning battle_id, turn
    )
    select array_agg(v.n), count(*) into claimed, claims
    from unnest(battle_ids, turns) with ordinality as v (battle_id, turn, n)
    join new_claims c on c.battle_id = v.battle_id and c.turn = v.turn;
  end;
  if claims = 0 then
    return;
  end if;
  if prompt_cap > 0 then
    -- Before the head is locked. An imported vote has no prompt, and no cap.
    select array_agg(
             (select s.prompt_digest from arena.turn_starts s
              where s.battle_id = v.battle_id and s.turn = 1) order by v.n)
    into prompts
    from unnest(battle_ids) with ordinality as v (battle_id, n);
  end if;

  update arena.vote_log_head set position = position + claims
  returning position - claims into base;

  if prompt_cap > 0 then
    with ranked as (
      select v.n, v.prompt, row_number() over (partition by v.prompt order by v.n) as place
      from unnest(prompts, rateds) with ordinality as v (prompt, rated, n)
      where v.rated and v.prompt is not null and (claimed is null or v.n = any (claimed))
    ), judged as (
      select r.n, r.prompt,
             r.place + coalesce((select p.rated_votes from arena.prompt_votes p
                                 where p.prompt_digest = r.prompt), 0) > prompt_cap as is_beyond
      from ranked r
    ), counted as (
      insert into arena.prompt_votes (prompt_digest, rated_votes)
      select j.prompt, count(*) from judged j where not j.is_beyond group by j.prompt
      on conflict (prompt_digest)
      do update set rated_votes = prompt_votes.rated_votes + excluded.rated_votes
    )
    select array_agg(coalesce(j.is_beyond, false) order by v.n) into beyond
    from generate_subscripts(battle_ids, 1) as v (n)
    left join judged j on j.n = v.n;
  end if;

  return query
  insert into arena.vote_log (
    position, kind, battle_id, turn, frontend, left_model, right_model, choice, rated,
    unrated_reasons, language, tags, draw_probability, voter_hash,
    tokens_left, tokens_right, headers_left, headers_right,
    list_items_left, list_items_right, bold_spans_left, bold_spans_right, vote_time)
  select base + row_number() over (order by v.n), 1, v.battle_id, v.turn, v.frontend,
         v.left_model, v.right_model, v.choice, v.rated and beyond[v.n] is not true,
         case when beyond[v.n] then array[6]::smallint[]
           else string_to_array(v.reasons, ',')::smallint[] end,
         v.language, string_to_array(v.tags, ','),
         v.probability, v.voter_hash,
         styles[8 * v.n - 7], styles[8 * v.n - 6], styles[8 * v.n - 5], styles[8 * v.n - 4],
         styles[8 * v.n - 3], styles[8 * v.n - 2], styles[8 * v.n - 1], styles[8 * v.n],
         clock_timestamp()
  from unnest(battle_ids, turns, frontends, left_models, right_models, choices, rateds, reason_lists,
              languages, tag_lists, probabilities, voter_hashes)
       with ordinality
       as v (battle_id, turn, frontend, left_model, right_model, choice, rated, reasons,
             language, tags, probability, voter_hash, n)
  where claimed is null or v.n = any (claimed)
  returning vote_log.battle_id, vote_log.turn, vote_log.position,
            6 = any (vote_log.unrated_reasons);

  perform pg_notify('arena_votes', '');
end
$$;
revoke execute on function arena.append_votes from public;
grant execute on function arena.append_votes to arena_vote_ingest;

-- As in 0006, but for the tags: a side may have tags of its own reply beside the prompt's, so they are
-- those of both sides, each as often as it comes.
create or replace function arena.load_battles(ids uuid[])
returns table (
  id uuid, mode smallint, frontend text, voter_hash text, expire_micros bigint,
  draw_number smallint, left_model integer, right_model integer, pair_probability double precision,
  turn smallint, deadline_micros bigint, language text, tags text,
  left_end smallint, left_tokens integer, left_headers integer, left_list_items integer,
  left_bold_spans integer, left_identity_shown boolean, left_flagged boolean,
  right_end smallint, right_tokens integer, right_headers integer, right_list_items integer,
  right_bold_spans integer, right_identity_shown boolean, right_flagged boolean)
language plpgsql stable
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
#variable_conflict use_column
begin
  return query
  select b.id, b.mode, b.frontend, b.voter_hash,
         (date_part('epoch', b.expire_time) * 1000000)::bigint,
         d.draw_number, d.left_model, d.right_model, d.pair_probability,
         s.turn, (date_part('epoch', s.deadline) * 1000000)::bigint,
         coalesce(l.language, r.language),
         array_to_string(case when l.tags = r.tags then l.tags else l.tags || r.tags end, ','),
         l.end_state, l.tokens, l.headers, l.list_items, l.bold_spans, l.identity_shown, l.flagged,
         r.end_state, r.tokens, r.headers, r.list_items, r.bold_spans, r.identity_shown, r.flagged
  from unnest(ids) as i (id)
  join arena.battles b on b.id = i.id
  cross join lateral (
    select draw_number, left_model, right_model, pair_probability from arena.draws
    where battle_id = b.id order by draw_number desc limit 1
  ) d
  left join arena.turn_starts s on s.battle_id = b.id
  left join arena.turn_facts l on l.battle_id = s.battle_id and l.turn = s.turn and l.side = 1
  left join arena.turn_facts r on r.battle_id = s.battle_id and r.turn = s.turn and r.side = 2;
end
$$;
