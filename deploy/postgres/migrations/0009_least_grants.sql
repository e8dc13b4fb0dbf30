-- What no statement of theirs names: the view reads the states as its owner.
revoke select on arena.model_states from arena_model_gateway, arena_vote_ingest, arena_rating;
revoke select on arena.current_models from arena_model_gateway;
