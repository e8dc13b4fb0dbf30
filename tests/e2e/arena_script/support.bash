# shellcheck shell=bash
# The small language in which the scenarios are written.

# Exit codes of a scenario's subshell.
readonly SCENARIO_FAILED=1 SCENARIO_SKIPPED=77

run_scenario() {
  local name=$1 started=$SECONDS result last_words
  # Below /var/tmp, because /tmp may be a small tmpfs, and open to the user of PostgreSQL.
  WORK=$(mktemp -d /var/tmp/arena-script-XXXXXX)
  chmod 0755 "$WORK"
  DATA_DIR=$WORK/data
  ("$name") >"$WORK/output" 2>&1
  result=$?
  last_words=$(tail -n 1 "$WORK/output")
  clean_up >>"$WORK/output" 2>&1
  case $result in
    0) printf 'ok %s (%d s)\n' "$name" $((SECONDS - started)) ;;
    "$SCENARIO_SKIPPED") printf 'skip %s: %s\n' "$name" "$last_words" ;;
    *)
      printf 'not ok %s\n' "$name"
      sed 's/^/    /' "$WORK/output"
      ;;
  esac
  rm -rf -- "$WORK"
  ((result == 0 || result == SCENARIO_SKIPPED))
}

# A scenario may have its data in a folder below $WORK, which may be a disk of its own.
clean_up() {
  local data
  for data in "$WORK/data" "$WORK"/*/data; do
    if [[ -d $data ]]; then "$ROOT/arena" down --delete-data --data "$data"; fi
  done
  if mountpoint -q "$WORK/disk"; then umount "$WORK/disk"; fi
}

skip() {
  printf '%s\n' "$*"
  exit "$SCENARIO_SKIPPED"
}

# Ends the scenario, with what was expected and what the last command of `arena` said.
expect_failed() {
  printf 'expected: %s\n' "$*"
  printf 'last output, exit code %s:\n%s\n' "${CODE:-}" "${OUTPUT:-}"
  exit "$SCENARIO_FAILED"
}

# Runs ./arena, keeps OUTPUT (both streams), ERRORS and CODE.
arena() {
  OUTPUT=$("$ROOT/arena" "$@" 2>"$WORK/errors" </dev/null)
  CODE=$?
  ERRORS=$(<"$WORK/errors")
  OUTPUT+=$'\n'$ERRORS
}

up() { arena up --detach --no-build --ports auto --data "$DATA_DIR" "$@"; }
status() { arena status --data "$DATA_DIR"; }
down() { arena down --data "$DATA_DIR"; }

expect_code() { [[ $CODE == "$1" ]] || expect_failed "exit code $1"; }
expect_output() { [[ $OUTPUT == *"$1"* ]] || expect_failed "output with: $1"; }

# Exit code 1 and exactly one sentence on standard error, with the given part in it.
expect_one_sentence() {
  expect_code 1
  [[ $ERRORS == "arena: "*"$1"* && $ERRORS != *$'\n'* ]] || expect_failed "one sentence with: $1"
}

need_services() {
  local program
  for program in arena-matchmaker arena-model-gateway arena-vote-ingest arena-rating arenactl arena-demo-models; do
    [[ -x $ARENA_BUILD_DIR/bin/$program ]] || skip "$ARENA_BUILD_DIR/bin/$program does not exist"
  done
}

need_root() { ((EUID == 0)) || skip "only root can try this"; }

pid_of() { cut -d' ' -f1 <"$DATA_DIR/run/$1.pid"; }

all_pids() { cut -d' ' -f1 "$DATA_DIR"/run/*.pid | sort -n | tr '\n' ' '; }

# Waits for a condition, a command given in words, without a fixed sleep.
eventually() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || expect_failed "within the time: $*"
    sleep 0.1
  done
}

is_healthy() {
  status
  ((CODE == 0))
}

is_gone() { [[ ! -d /proc/$1 ]] || grep -q '^State:.*[ZX]' "/proc/$1/status" 2>/dev/null; }

# Processes that belong to the scenario's system: their command line or environment names its folder.
processes_left() {
  local folder pid
  for folder in /proc/[0-9]*; do
    pid=${folder#/proc/}
    [[ $pid != "$$" && $pid != "$BASHPID" ]] || continue
    if grep -q -s -a -F -e "$DATA_DIR" "$folder/cmdline" "$folder/environ" && ! is_gone "$pid"; then
      tr '\0' ' ' <"$folder/cmdline"
    fi
  done 2>/dev/null
}

expect_nothing_runs() {
  local left
  left=$(processes_left)
  [[ -z $left ]] || expect_failed "no process left, not: $left"
}

sql() {
  local port
  port=$(echo "$DATA_DIR"/postgres/socket/.s.PGSQL.*.lock)
  port=${port%.lock}
  /usr/lib/postgresql/15/bin/psql -X -At -h "$(readlink -f "$DATA_DIR/postgres")/socket" -p "${port##*.}" \
    -U arena -d arena -c "$1"
}

# Programs of this name, found first, with the given body; for what cannot be had in a test, such as
# a machine without packages.
pretend() {
  mkdir -p "$WORK/bin"
  printf '#!/bin/bash\n%s\n' "$2" >"$WORK/bin/$1"
  chmod 0755 "$WORK/bin/$1"
  [[ $PATH == "$WORK/bin:"* ]] || PATH=$WORK/bin:$PATH
}
