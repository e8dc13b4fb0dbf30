# shellcheck shell=bash
# Is it healthy? PostgreSQL by pg_isready, services by their gRPC health, the demonstration models by
# an HTTP answer.

readonly HEALTHY_WITHIN_SECONDS=60

# Sets HEALTHY to those among the arguments that are, each between spaces.
find_healthy() {
  local -a services=()
  local name
  HEALTHY=' '
  for name in "$@"; do
    case $name in
      postgres) if postgres_ready; then HEALTHY+='postgres '; fi ;;
      demo-models) if answers_http "${PORT[demo-models]}"; then HEALTHY+='demo-models '; fi ;;
      *) services+=("$name") ;;
    esac
  done
  local replica
  for ((replica = 1; replica <= MAX_REPLICAS; replica++)); do
    find_healthy_services "$replica" "${services[@]}"
  done
}

# One call of arenactl asks one set of services.
find_healthy_services() {
  local replica=$1 suffix='' name state
  shift
  ((replica == 1)) || suffix=-$replica
  [[ " $* " == *" matchmaker$suffix "* ]] || return 0
  while read -r name _ state; do
    if [[ $state == serving ]]; then HEALTHY+="$name$suffix "; fi
  done < <("$ARENA_BIN/arenactl" status \
    --matchmaker "${ADDRESS[matchmaker$suffix]}" --model-gateway "${ADDRESS[model-gateway$suffix]}" \
    --vote-ingest "${ADDRESS[vote-ingest$suffix]}" --rating "${ADDRESS[rating$suffix]}" 2>/dev/null)
}

# Any answer will do: the server listens and speaks HTTP. In a process of its own, which a connection
# that breaks may kill.
answers_http() (
  exec 4<>"/dev/tcp/127.0.0.1/$1"
  printf 'GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&4
  read -r -t 3 line <&4
  [[ $line == HTTP/* ]]
) 2>/dev/null

# Waits until all of the given processes are healthy; gives up early on one that keeps dying.
wait_healthy() {
  local deadline=$((SECONDS + HEALTHY_WITHIN_SECONDS)) name waiting
  while :; do
    find_healthy "$@"
    waiting=''
    for name in "$@"; do
      [[ $HEALTHY == *" $name "* ]] || waiting+=" $name"
    done
    [[ -n $waiting ]] || return 0
    supervisor_runs || fail "the supervisor has ended: $(last_line "$LOGS/supervisor.log")"
    for name in $waiting; do
      read_restarts "$name"
      ((RESTARTS < 6)) || explain_death "$name"
    done
    ((SECONDS < deadline)) ||
      explain_death "${waiting# }" "after $HEALTHY_WITHIN_SECONDS s still not healthy:"
    sleep 0.1
  done
}

# Sets RESTARTS, how often it was started again since the supervisor began.
read_restarts() {
  RESTARTS=0
  { read -r RESTARTS <"$RUN/$1.restarts"; } 2>/dev/null || true
}

explain_death() {
  local names=$1 first=${1%% *}
  tail -n 20 -- "$LOGS/$first.log" >&2 || true
  explain_full_disk "$LOGS/$first.log" "$DATA"
  fail "${2:-does not stay up:} $names; the end of its log is above, all of it: ./arena logs $first"
}
