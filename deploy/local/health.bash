# shellcheck shell=bash
# Is it healthy? PostgreSQL by pg_isready, services by their gRPC health, the demonstration models by
# an HTTP answer.

readonly HEALTHY_WITHIN_SECONDS=60

# Prints the names among the arguments that are healthy.
healthy_names() {
  local -a services=()
  local name
  for name in "$@"; do
    case $name in
      postgres) if postgres_ready; then say postgres; fi ;;
      demo-models) if answers_http "$(port_of demo-models)"; then say demo-models; fi ;;
      *) services+=("$name") ;;
    esac
  done
  local replica
  for ((replica = 1; replica <= MAX_REPLICAS; replica++)); do
    healthy_services "$replica" "${services[@]}"
  done
}

# One call of arenactl asks one set of services.
healthy_services() {
  local replica=$1 suffix='' name address state
  shift
  ((replica == 1)) || suffix=-$replica
  [[ " $* " == *" matchmaker$suffix "* ]] || return 0
  "$ARENA_BIN/arenactl" status \
    --matchmaker "$(address_of "matchmaker$suffix")" --model-gateway "$(address_of "model-gateway$suffix")" \
    --vote-ingest "$(address_of "vote-ingest$suffix")" --rating "$(address_of "rating$suffix")" 2>/dev/null |
    while read -r name address state; do
      if [[ $state == serving ]]; then say "$name$suffix"; fi
    done || true
}

# Any answer will do: the server listens and speaks HTTP.
answers_http() {
  local line
  { exec 4<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
  printf 'GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&4
  read -r -t 3 line <&4 || line=''
  exec 4>&-
  [[ $line == HTTP/* ]]
}

# Waits until all of the given processes are healthy; gives up early on one that keeps dying.
wait_healthy() {
  local deadline=$((SECONDS + HEALTHY_WITHIN_SECONDS)) name healthy waiting
  while :; do
    healthy=" $(healthy_names "$@" | tr '\n' ' ')"
    waiting=''
    for name in "$@"; do
      [[ $healthy == *" $name "* ]] || waiting+=" $name"
    done
    [[ -n $waiting ]] || return 0
    supervisor_runs || fail "the supervisor has ended: $(last_line "$LOGS/supervisor.log")"
    for name in $waiting; do
      (($(restarts_of "$name") < 6)) || explain_death "$name"
    done
    ((SECONDS < deadline)) ||
      explain_death "${waiting# }" "after $HEALTHY_WITHIN_SECONDS s still not healthy:"
    sleep 0.1
  done
}

restarts_of() {
  local count=0
  { read -r count <"$RUN/$1.restarts"; } 2>/dev/null || true
  say "$count"
}

explain_death() {
  local names=$1 first=${1%% *}
  tail -n 20 -- "$LOGS/$first.log" >&2 || true
  explain_full_disk "$LOGS/$first.log" "$DATA"
  fail "${2:-does not stay up:} $names; the end of its log is above, all of it: ./arena logs $first"
}
