# shellcheck shell=bash
# One background process that starts what RUN/wanted names, and starts again what dies.
#
# It looks at the processes' pid files rather than at its children, so that a new supervisor takes
# over what an older one, killed, has left running.

readonly LOG_LIMIT_BYTES=$((64 * 1024 * 1024))
readonly LONGEST_BACKOFF_US=5000000
readonly STEADY_SECONDS=30

# Times of events, for ./arena logs supervisor and for the foreground.
note() { printf '%(%Y-%m-%dT%H:%M:%S%z)T %s\n' -1 "$*"; }

supervise() {
  set +e
  use_data "$1"
  use_ports "$(setting PORTS)"
  SUPERVISOR_STOPS=''
  declare -gA NEXT_START=() BACKOFF=()
  trap 'SUPERVISOR_STOPS=yes' TERM
  trap '' HUP INT
  # Bash reports every killed child here; note() says the same in better words.
  exec 2>>"$LOGS/supervisor.errors.log"
  write_pid_file supervisor "$$"
  exec 3<>"$RUN/control"
  local ticks=0
  while [[ -z $SUPERVISOR_STOPS ]]; do
    keep_running
    ((++ticks % 200)) || trim_logs
    # A line in the control pipe means: look now, and try again at once what was waiting.
    read -r -t 0.2 -u 3 _ && NEXT_START=()
  done
  note "stopping"
  stop_everything
  note "stopped"
  rm -f -- "$RUN/supervisor.pid"
}

keep_running() {
  local name now=${EPOCHREALTIME/./}
  while IFS= read -r name; do
    if find_process "$name"; then
      # Steady again: the next death starts with a short wait.
      ((now / 1000000 - SINCE > STEADY_SECONDS)) && BACKOFF[$name]=0
    elif ((now >= ${NEXT_START[$name]:-0})); then
      start_or_restart "$name" "$now"
    fi
  done <"$RUN/wanted"
}

start_or_restart() {
  local name=$1 now=$2 backoff=${BACKOFF[$1]:-0}
  if [[ -e $RUN/$name.pid ]]; then
    read_restarts "$name"
    say $((RESTARTS + 1)) >"$RUN/$name.restarts"
    read_ending "$name"
    note "$name $ENDING; starting it again"
  fi
  # The first restart is immediate; then 0.2 s, 0.4 s, … up to the longest.
  BACKOFF[$name]=$((backoff == 0 ? 200000 : backoff * 2))
  ((BACKOFF[$name] <= LONGEST_BACKOFF_US)) || BACKOFF[$name]=$LONGEST_BACKOFF_US
  NEXT_START[$name]=$((now + backoff))
  rm -f -- "$RUN/$name.pid"
  start_process "$name"
  # The child writes its pid file within milliseconds; without it the next look would start another.
  local waited
  for ((waited = 0; waited < 100; waited++)); do
    [[ -s $RUN/$name.pid ]] && return
    sleep 0.02
  done
}

# Sets ENDING. Only a child's is known, not that of a process taken over from an older supervisor.
read_ending() {
  local pid status
  read -r pid _ <"$RUN/$1.pid"
  wait "$pid" 2>/dev/null
  status=$?
  if ((status == 127)); then
    ENDING="ended"
  elif ((status > 128)); then
    ENDING="was ended by signal $((status - 128))"
  else
    ENDING="ended with code $status"
  fi
}

# Logs are opened for appending, so cutting one under its writer is safe.
trim_logs() {
  local file size
  for file in "$LOGS"/*.log; do
    size=$(stat -c %s -- "$file" 2>/dev/null) || continue
    ((size > LOG_LIMIT_BYTES)) || continue
    tail -c $((LOG_LIMIT_BYTES / 4)) -- "$file" >"$file.old"
    : >"$file"
  done
}

# What `up` uses.

supervisor_runs() { find_process supervisor; }

# In a session of its own: a Ctrl-C in the terminal reaches `up` alone, which then stops things in
# their order.
start_supervisor() {
  [[ -p $RUN/control ]] || { rm -f -- "$RUN/control" && mkfifo -m 0600 -- "$RUN/control"; }
  setsid "$ARENA_ROOT/arena" supervise "$DATA" >>"$LOGS/supervisor.log" 2>&1 </dev/null 9>&- &
  local waited
  for ((waited = 0; waited < 250; waited++)); do
    supervisor_runs && return
    sleep 0.02
  done
  fail "the supervisor did not start: $(last_line "$LOGS/supervisor.log")"
}

want() {
  printf '%s\n' "$@" >"$RUN/wanted.new"
  mv -- "$RUN/wanted.new" "$RUN/wanted"
  if supervisor_runs; then printf 'now\n' >"$RUN/control"; fi
}

# Ends the supervisor, and with it everything; or ends what a killed one has left.
stop_system() {
  if supervisor_runs; then
    kill -TERM "$PID"
    while supervisor_runs; do sleep 0.05; done
  else
    stop_everything
  fi
  rm -f -- "$RUN/wanted" "$RUN"/*.restarts
}
