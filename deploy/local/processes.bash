# shellcheck shell=bash
# One process of the local system: how it is started, found again, and stopped.
#
# RUN/NAME.pid holds `PID STARTTIME EPOCH`. The kernel's start time tells our process from another
# program that got the same number later, so a stale file harms nobody.

# The order of starting; stopping goes by stages.
system_names() {
  local replicas=$1 with_demo=$2 service replica
  say postgres
  [[ $with_demo == yes ]] && say demo-models
  for ((replica = 1; replica <= replicas; replica++)); do
    for service in rating matchmaker model-gateway vote-ingest; do
      if ((replica == 1)); then say "$service"; else say "$service-$replica"; fi
    done
  done
}

# Sets START_TIME (clock ticks since boot); fails when there is no such process or only its zombie.
read_start_time() {
  local stat fields
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  read -r -a fields <<<"${stat##*) }"
  [[ ${fields[0]} != [ZX] ]] || return 1
  START_TIME=${fields[19]}
}

# Sets PID and SINCE (seconds since the epoch) when the process of this name lives.
find_process() {
  local start
  { read -r PID start SINCE <"$RUN/$1.pid"; } 2>/dev/null || return 1
  read_start_time "$PID" && [[ $START_TIME == "$start" ]]
}

write_pid_file() {
  read_start_time "$2"
  printf '%s %s %(%s)T\n' "$2" "$START_TIME" -1 >"$RUN/$1.pid"
}

# The child itself writes its pid file before it becomes the program: nothing that runs is ever
# without one, even if the supervisor is killed in between.
start_process() {
  local name=$1
  (
    trap - TERM HUP
    exec 3>&- 9>&-
    write_pid_file "$name" "$BASHPID"
    exec_process "$name"
  ) >>"$LOGS/$name.log" 2>&1 </dev/null &
}

exec_process() {
  local name=$1
  # matchmaker-2 is the second replica of matchmaker, and talks to its own set, so that two sets show
  # that none needs the other.
  local service=${name%-[2-9]}
  local set=${name#"$service"}
  case $service in
    postgres) exec_postgres ;;
    demo-models) exec "$ARENA_BIN/arena-demo-models" --port "${PORT[$name]}" --seed 1 ;;
  esac
  local -a listen=(--listen "${ADDRESS[$name]}" --metrics-listen "127.0.0.1:${METRICS_PORT[$name]}")
  export ARENA_DATABASE
  ARENA_DATABASE=$(conninfo "arena_${service//-/_}")
  export_secrets "$service"
  case $service in
    matchmaker) listen+=(--rating-address "${ADDRESS[rating$set]}") ;;
    model-gateway) listen+=(--matchmaker-address "${ADDRESS[matchmaker$set]}") ;;
  esac
  exec "$ARENA_BIN/arena-$service" "${listen[@]}"
}

# Made once, kept for the owner alone; each service gets only what it needs.
ensure_secrets() {
  local key
  [[ -s $DATA/secrets.env ]] && return 0
  (
    umask 077
    for key in ARENA_BATTLE_KEY ARENA_VOTER_KEY; do
      printf '%s=%s\n' "$key" "$(od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n')"
    done >"$DATA/secrets.env.new"
  )
  mv -- "$DATA/secrets.env.new" "$DATA/secrets.env"
}

export_secrets() {
  local key value
  while IFS='=' read -r key value; do
    case $1/$key in
      matchmaker/ARENA_BATTLE_KEY | matchmaker/ARENA_VOTER_KEY | vote-ingest/ARENA_VOTER_KEY)
        export "$key=$value"
        ;;
    esac
  done <"$DATA/secrets.env"
}

# Everything that has a pid file, apart from the supervisor.
known_names() {
  local file name
  for file in "$RUN"/*.pid; do
    name=${file##*/}
    name=${name%.pid}
    [[ -e $file && $name != supervisor ]] && say "$name"
  done
  return 0
}

anything_runs() {
  local name
  for name in supervisor $(known_names); do
    if find_process "$name"; then return 0; fi
  done
  return 1
}

# Services first and together (each drains), then the demonstration models, then PostgreSQL, which
# by then has no clients; SIGINT is its fast shutdown.
stop_everything() {
  local -a services
  mapfile -t services < <(known_names | grep -v -x -e postgres -e demo-models)
  stop_stage TERM 30 "${services[@]}"
  stop_stage TERM 5 demo-models
  stop_stage INT 120 postgres
}

stop_stage() {
  local signal=$1 deadline=$((SECONDS + $2)) name
  shift 2
  for name in "$@"; do
    find_process "$name" && kill -s "$signal" "$PID" 2>/dev/null
  done
  for name in "$@"; do
    while find_process "$name"; do
      if ((SECONDS >= deadline)); then
        note "$name did not stop in time and was killed"
        # PostgreSQL's children must go with it: SIGQUIT ends them all and recovers at the next start.
        if [[ $name == postgres ]]; then kill -QUIT "$PID"; else kill -KILL "$PID"; fi
        deadline=$((SECONDS + 10))
      fi
      sleep 0.05
    done
    rm -f -- "$RUN/$name.pid"
  done
}
