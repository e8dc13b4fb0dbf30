# shellcheck shell=bash
# ./arena up: from whatever is there to a healthy system, step by step; each step does nothing when
# its work is done already.

readonly DATA_NEEDS_MIB=${ARENA_MIN_FREE_MIB:-1024}
readonly DEMO_MODELS_FILE=$ARENA_ROOT/tools/demo-models/models.yaml

verb_up() {
  local detach='' models='' data='' demo_data='' replicas='' ports='' build=yes
  while (($#)); do
    case $1 in
      --detach | -d) detach=yes ;;
      --no-build) build='' ;;
      --models) need_value "$1" "$@" && models=$2 && shift ;;
      --data) need_value "$1" "$@" && data=$2 && shift ;;
      --demo-data) need_value "$1" "$@" && demo_data=$2 && shift ;;
      --replicas) need_value "$1" "$@" && replicas=$2 && shift ;;
      --ports) need_value "$1" "$@" && ports=$2 && shift ;;
      --help | -h) verb_help && return ;;
      *) fail "up does not know '$1': ./arena help lists its options." ;;
    esac
    shift
  done
  check_up_options "$models" "$demo_data" "$replicas" "$ports"
  STARTED_SUPERVISOR=''
  trap 'interrupted 130' INT
  trap 'interrupted 143' TERM HUP
  trap 'leave_nothing_half_started $?' EXIT

  use_data "$data"
  make_data
  lock_data 0
  if [[ -n $build ]]; then
    ensure_packages build run
    build programs
  fi
  need_programs
  need_space "$DATA" "$DATA_NEEDS_MIB" "the data"
  settle_ports "${ports:-${ARENA_PORTS:-}}"
  settle_models "$models"
  settle_names "$replicas"
  ensure_secrets
  ensure_cluster
  start_names
  apply_models
  import_demo_data "$demo_data"
  write_endpoints
  unlock_data
  trap - EXIT
  print_endpoints
  if [[ -n $detach ]]; then return; fi
  if [[ -n $STARTED_SUPERVISOR ]]; then
    stay_in_foreground
  else
    say "It was running already, in the background: ./arena down stops it."
  fi
}

check_up_options() {
  local models=$1 demo_data=$2 replicas=$3 ports=$4
  [[ -z $models || -r $models ]] || fail "the models file $models cannot be read."
  [[ -z $demo_data || -r $(demo_data_file "$demo_data") ]] ||
    fail "there is no demo data '$demo_data': the one there is, is first-week."
  [[ -z $replicas || $replicas =~ ^[1-$MAX_REPLICAS]$ ]] || fail "--replicas takes a number from 1 to $MAX_REPLICAS."
  [[ -z $ports ]] || check_ports_option "$ports"
}

# Ports stay with the data, so that status, down and the next up agree without being told.
settle_ports() {
  local asked=$1 settled
  settled=$(setting PORTS)
  if anything_runs; then
    [[ -z $asked || $asked == auto || $asked == "$settled" ]] ||
      fail "the system runs on other ports ($settled): ./arena down first."
    asked=$settled
  fi
  [[ $asked != auto ]] || asked=$(find_free_block)
  settled=${asked:-${settled:-default}}
  check_ports_option "$settled"
  remember PORTS "$settled"
  use_ports "$settled"
}

settle_models() {
  if [[ -n $1 ]]; then remember MODELS "$(readlink -f -- "$1")"; fi
  MODELS_FILE=$(setting MODELS)
  MODELS_FILE=${MODELS_FILE:-$DEMO_MODELS_FILE}
  [[ -r $MODELS_FILE ]] || fail "the models file $MODELS_FILE cannot be read: name another with --models FILE."
}

# Sets NAMES, the processes that shall run. More replicas may join a running system, none leave it.
settle_names() {
  local replicas=$1 running=0 with_demo=no
  if supervisor_runs && [[ -r $RUN/wanted ]]; then running=$(grep -c '^matchmaker' "$RUN/wanted" || true); fi
  replicas=${replicas:-$((running > 0 ? running : 1))}
  ((replicas >= running)) || fail "$running replicas run and $replicas were asked for: ./arena down first."
  if grep -q ARENA_DEMO_PORT -- "$MODELS_FILE"; then with_demo=yes; fi
  mapfile -t NAMES < <(system_names "$replicas" "$with_demo")
}

start_names() {
  local name
  local -a absent=()
  for name in "${NAMES[@]}"; do
    find_process "$name" || absent+=("$name")
  done
  need_free_ports "${absent[@]}"
  if ! supervisor_runs; then
    STARTED_SUPERVISOR=yes
    rm -f -- "$RUN"/*.restarts
    : >"$RUN/wanted"
    start_supervisor
  elif ((${#absent[@]} == 0)); then
    renew_rebuilt
  fi
  ((${#absent[@]} == 0)) || say "Starting ${absent[*]}."
  want postgres
  wait_healthy postgres
  if database_exists; then
    migrate
  else
    make_database
    migrate
    settle_database
  fi
  want "${NAMES[@]}"
  wait_healthy "${NAMES[@]}"
}

# A program that was built anew is not what runs yet.
renew_rebuilt() {
  local name
  for name in "${NAMES[@]}"; do
    if find_process "$name" && [[ $(readlink -- "/proc/$PID/exe") == *' (deleted)' ]]; then
      say "Starting $name again, because it was built anew."
      kill -TERM "$PID"
      while find_process "$name"; do sleep 0.05; done
    fi
  done
}

apply_models() {
  local log=$LOGS/models.log
  ARENA_DEMO_PORT=${PORT[demo-models]} "$ARENA_BIN/arenactl" models apply "$MODELS_FILE" \
    --matchmaker "${ADDRESS[matchmaker]}" >"$log" 2>&1 ||
    fail "the models of $MODELS_FILE could not be applied: $(last_line "$log")"
}

demo_data_file() { say "$ARENA_ROOT/tests/testdata/${1//-/_}/pair_counts.json"; }

# A vote's identity is its source and number, so importing again appends nothing.
import_demo_data() {
  local name=$1 log=$LOGS/demo-data.log
  [[ -n $name ]] || return 0
  "$ARENA_BIN/arenactl" votes import "$(demo_data_file "$name")" --source "$name" --register-models \
    --vote-ingest "${ADDRESS[vote-ingest]}" --matchmaker "${ADDRESS[matchmaker]}" >"$log" 2>&1 ||
    fail "the demo data could not be imported: $(last_line "$log") (all of it is in $log)"
  say "Imported the votes of $name: $(last_line "$log")"
}

# Where arenactl finds the services when they are not at their default addresses.
write_endpoints() {
  local service variable
  for service in "${SERVICES[@]}"; do
    variable=${service//-/_}
    say "export ARENA_${variable^^}_ADDRESS=${ADDRESS[$service]}"
  done >"$DATA/endpoints.env"
}

print_endpoints() {
  local name where=''
  # The data folder is asked for again unless it is the one that every verb takes by itself.
  [[ $DATA == "$(readlink -m -- "${ARENA_DATA:-$ARENA_ROOT/.arena}")" ]] || where=" --data $(printf '%q' "$DATA")"
  say "Arena is up. Its gRPC endpoints:"
  for name in "${NAMES[@]}"; do
    [[ $name == postgres ]] && continue
    printf '  %-18s %s' "$name" "${ADDRESS[$name]}"
    if [[ $name == demo-models ]]; then
      printf '   (HTTP, the OpenAI protocol)\n'
    else
      printf '   metrics http://127.0.0.1:%s/metrics\n' "${METRICS_PORT[$name]}"
    fi
  done
  say "Try next:"
  say "  ./arena play$where"
  [[ $(setting PORTS) == default ]] || say "  source $DATA/endpoints.env"
  say "  ${ARENA_BIN#"$ARENA_ROOT/"}/arenactl simulate --voters 20 --battles 500"
  say "  ${ARENA_BIN#"$ARENA_ROOT/"}/arenactl leaderboard show"
  say "  npx @bufbuild/buf@1.75.0 curl --http2-prior-knowledge --protocol grpc --list-methods http://${ADDRESS[matchmaker]}"
  say "  ./arena status$where, ./arena logs matchmaker -f$where, ./arena down$where"
}

# Shows the supervisor's events until Ctrl-C, or until somebody else says ./arena down.
stay_in_foreground() {
  find_process supervisor || return 0
  say "Press Ctrl-C to stop everything."
  trap 'stop_from_foreground' INT TERM HUP
  tail -n 0 -s 0.2 -f --pid="$PID" -- "$LOGS/supervisor.log" 2>/dev/null &
  TAIL=$!
  wait "$TAIL" || true
  say "Everything has stopped."
}

stop_from_foreground() {
  trap '' INT TERM HUP
  lock_data 60
  stop_system
  wait "$TAIL" || true
  say "Everything has stopped; ./arena up goes on where it was."
  exit 0
}

interrupted() {
  trap '' INT TERM HUP
  say "Interrupted."
  exit "$1"
}

# An `up` that does not get to its end stops what it has started, and nothing that ran before.
leave_nothing_half_started() {
  local result=$1
  trap '' INT TERM HUP
  trap - EXIT
  if [[ -n $STARTED_SUPERVISOR ]]; then stop_system; fi
  exit "$result"
}
