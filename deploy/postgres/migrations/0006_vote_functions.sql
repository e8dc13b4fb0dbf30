-- Appends a group of votes, at most one a battle: claims what is unclaimed, moves the head by as many,
-- inserts these with consecutive positions in the order given, and returns them. What it does not
-- return was claimed before; the caller reads it back. Claims are taken in key order, so two groups
-- never deadlock. Nearly always no claim was taken before, so they go in by a plain insert first, which
-- needs neither the speculative one of ON CONFLICT nor a list of what it did. Tags and reasons come as
-- comma-separated lists.
create function arena.append_votes(
  battle_ids uuid[], turns smallint[], firsts boolean[], frontends text[], left_models integer[],
  right_models integer[], choices smallint[], rateds boolean[], reason_lists text[],
  languages text[], tag_lists text[], probabilities double precision[], voter_hashes text[],
  styles integer[]  -- eight a vote: tokens, headers, list items, bold spans; left, right each
) returns table (claimed_battle uuid, claimed_turn smallint, claimed_position bigint)
language plpgsql as $$
declare
  claims bigint := cardinality(battle_ids);
  claimed bigint[];  -- ordinals of the votes whose claims are new; null when all are
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

  update arena.vote_log_head set position = position + claims
  returning position - claims into base;

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
  where claimed is null or v.n = any (claimed)
  returning vote_log.battle_id, vote_log.turn, vote_log.position;

  perform pg_notify('arena_votes', '');
end
$$;
revoke execute on function arena.append_votes from public;
grant execute on function arena.append_votes to arena_vote_ingest;

-- What deciding on votes needs of battles: one row a started turn with both sides, one row with nulls
-- for a battle without turns. Times are microseconds since 1970. A function keeps its plan, and
-- planning took as long as reading a hundred battles; since a kept plan must not have been made for
-- tables that were still small, it may only use the indexes.
create function arena.load_battles(ids uuid[])
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
         coalesce(l.language, r.language), array_to_string(coalesce(l.tags, r.tags), ','),
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
revoke execute on function arena.load_battles from public;
grant execute on function arena.load_battles to arena_vote_ingest;
