# shellcheck shell=bash
# down, status, logs, play, bench, version.

verb_down() {
  local data='' delete=''
  while (($#)); do
    case $1 in
      --data) need_value "$1" "$@" && data=$2 && shift ;;
      --delete-data) delete=yes ;;
      --help | -h) verb_help && return ;;
      *) fail "down does not know '$1': ./arena help lists its options." ;;
    esac
    shift
  done
  use_data "$data"
  if [[ ! -d $RUN ]]; then
    say "Nothing runs: there is no system in $DATA."
    return
  fi
  [[ -w $RUN ]] || fail "$DATA belongs to another user, who alone can stop it."
  lock_data 30
  if supervisor_runs || [[ -n $(known_names) ]]; then
    stop_system
    if [[ -z $delete ]]; then say "Everything has stopped; ./arena up goes on where it was."; fi
  else
    say "Nothing runs in $DATA."
  fi
  if [[ -n $delete ]]; then delete_data; fi
}

# Only what `up` makes, so that a folder named by mistake keeps what is not ours.
delete_data() {
  local folder
  folder=$(cluster_folder)
  rm -rf -- "$folder/data" "$folder/data.new" "$folder/socket"
  if [[ -d $folder ]]; then rmdir -- "$folder"; fi
  rm -rf -- "$DATA/postgres" "$RUN" "$LOGS"
  rm -f -- "$DATA/secrets.env" "$DATA/settings" "$DATA/endpoints.env"
  rmdir --ignore-fail-on-non-empty -- "$DATA"
  say "The data of $DATA is deleted."
}

# Exit code 0 only if everything that should run is healthy.
verb_status() {
  local data='' name result=0
  while (($#)); do
    case $1 in
      --data) need_value "$1" "$@" && data=$2 && shift ;;
      --help | -h) verb_help && return ;;
      *) fail "status does not know '$1': ./arena help lists its options." ;;
    esac
    shift
  done
  use_data "$data"
  [[ -r $RUN/wanted ]] || fail "nothing runs in $DATA: ./arena up starts it."
  use_ports "$(setting PORTS)"
  local -a names
  mapfile -t names <"$RUN/wanted"
  find_healthy "${names[@]}"
  printf '%-18s %-10s %8s  %-16s %10s %9s\n' NAME STATE PID ADDRESS UPTIME RESTARTS
  for name in "${names[@]}"; do
    status_line "$name" || result=1
  done
  say "data in $DATA, PostgreSQL's in $(cluster_folder)"
  if ! supervisor_runs; then
    say "Nothing restarts what dies, because the supervisor is gone: ./arena up starts it."
    result=1
  fi
  return "$result"
}

status_line() {
  local name=$1 state=down pid=- uptime=-
  if find_process "$name"; then
    pid=$PID state=unhealthy
    uptime=$(duration $(($(printf '%(%s)T' -1) - SINCE)))
    [[ $HEALTHY == *" $name "* ]] && state=healthy
  fi
  read_restarts "$name"
  printf '%-18s %-10s %8s  %-16s %10s %9s\n' "$name" "$state" "$pid" "${ADDRESS[$name]:-socket}" "$uptime" "$RESTARTS"
  [[ $state == healthy ]] && return
  if tells_of_full_disk "$LOGS/$name.log"; then
    say "  the disk is full: make room, and $name comes back by itself."
  else
    say "  last words: $(tail -n 1 -- "$LOGS/$name.log" 2>/dev/null)"
  fi
  return 1
}

duration() {
  local seconds=$1
  if ((seconds >= 86400)); then
    say "$((seconds / 86400))d $((seconds % 86400 / 3600))h"
  elif ((seconds >= 3600)); then
    say "$((seconds / 3600))h $((seconds % 3600 / 60))m"
  elif ((seconds >= 60)); then
    say "$((seconds / 60))m $((seconds % 60))s"
  else
    say "${seconds}s"
  fi
}

verb_logs() {
  local data='' name='' follow=''
  while (($#)); do
    case $1 in
      --data) need_value "$1" "$@" && data=$2 && shift ;;
      -f | --follow) follow=-F ;;
      --help | -h) verb_help && return ;;
      -*) fail "logs does not know '$1': ./arena help lists its options." ;;
      *) name=$1 ;;
    esac
    shift
  done
  use_data "$data"
  local there
  there=$(cd -- "$LOGS" 2>/dev/null && for log in *.log; do printf '%s ' "${log%.log}"; done) || there=''
  if [[ -n $there ]]; then there="There are: $there"; fi
  [[ -n $name && $name != */* && -r $LOGS/$name.log ]] ||
    fail "which log? ${there:-There is none yet: ./arena up makes them.}"
  if [[ -n $follow ]]; then
    exec tail -n 200 -F -- "$LOGS/$name.log"
  fi
  cat -- "$LOGS/$name.log"
}

verb_play() {
  local data=''
  while (($#)); do
    case $1 in
      --data) need_value "$1" "$@" && data=$2 && shift ;;
      --help | -h) verb_help && return ;;
      *) fail "play does not know '$1': ./arena help lists its options." ;;
    esac
    shift
  done
  use_data "$data"
  [[ -r $DATA/endpoints.env ]] || fail "nothing runs in $DATA: ./arena up starts it."
  # shellcheck source=/dev/null
  source "$DATA/endpoints.env"
  exec "$ARENA_BIN/arenactl" play
}

verb_bench() {
  local what=${1:-} bench
  shift || true
  case $what in
    --help | -h) verb_help && return ;;
    '' | -*) ;;
    *)
      [[ -f $ARENA_ROOT/tests/bench/$what/main.cc ]] ||
        fail "there is no benchmark '$what': tests/bench/README.md lists what there is."
      ;;
  esac
  # What a benchmark prints may go to a file.
  {
    ensure_packages build run
    build benches
  } >&2
  if [[ -n $what && $what != -* ]]; then
    exec "$ARENA_BIN/arena_bench_$what" "$@"
  fi
  for bench in "$ARENA_BIN"/arena_bench_*; do
    "$bench" ${what:+"$what"} "$@"
  done
}

verb_version() {
  local version revision
  version=$(sed -n 's/^project(arena VERSION \([0-9.]*\).*/\1/p' "$ARENA_ROOT/CMakeLists.txt")
  revision=$(git -C "$ARENA_ROOT" describe --always --dirty 2>/dev/null) || revision='no git'
  say "arena $version ($revision)"
}
