# shellcheck shell=bash
# Words for people, the data folder, and the small file formats every verb uses.

readonly ARENA_BUILD=${ARENA_BUILD_DIR:-$ARENA_ROOT/build}
readonly ARENA_BIN=$ARENA_BUILD/bin

say() { printf '%s\n' "$*"; }

# One clear sentence that says what to do next, and exit code 1.
fail() {
  printf 'arena: %s\n' "$*" >&2
  exit 1
}

# Takes the value of an option: `need_value --data "$@"`.
need_value() {
  [[ $# -ge 3 && -n $3 ]] || fail "$1 needs a value: ./arena help shows how it is used."
}

# Sets DATA, RUN and LOGS from --data or ARENA_DATA; makes nothing.
use_data() {
  DATA=$(readlink -m -- "${1:-${ARENA_DATA:-$ARENA_ROOT/.arena}}")
  RUN=$DATA/run
  LOGS=$DATA/logs
}

# The folder itself may be crossed, because PostgreSQL runs as another user when root starts it;
# what is inside belongs to its owner alone.
make_data() {
  mkdir -p -- "$DATA" 2>/dev/null || fail "$DATA cannot be made: choose another place with --data DIR."
  (umask 077 && mkdir -p -- "$RUN" "$LOGS") 2>/dev/null ||
    fail "$DATA cannot be written by $(id -un): choose another place with --data DIR."
  [[ -w $RUN && -w $LOGS ]] || fail "$DATA belongs to another user: choose another place with --data DIR."
}

# A verb that changes what runs holds this lock; nobody inherits it (children close descriptor 9).
lock_data() {
  local wait_seconds=$1
  exec 9>>"$RUN/lock"
  flock --wait "$wait_seconds" 9 ||
    fail "another ./arena up or down is at work in $DATA: wait until it has finished, or interrupt it."
}

unlock_data() { exec 9>&-; }

# Settings that belong to the data rather than to one start (ports, models): lines KEY=VALUE.
setting() {
  local key=$1 line
  [[ -r $DATA/settings ]] || return 0
  while IFS= read -r line; do
    [[ $line == "$key="* ]] && printf '%s' "${line#*=}"
  done <"$DATA/settings"
  return 0
}

remember() {
  local key=$1 value=$2
  {
    [[ -r $DATA/settings ]] && grep -v "^$key=" "$DATA/settings"
    printf '%s=%s\n' "$key" "$value"
  } >"$DATA/settings.new" || true
  mv -- "$DATA/settings.new" "$DATA/settings"
}

# Free space is checked before anything is started: a database on a full disk stops in the middle
# of its work, and its message is not one sentence.
need_space() {
  local folder=$1 need_mib=$2 what=$3 free_kib
  free_kib=$(df --output=avail -k -- "$folder" | tail -n 1)
  ((free_kib / 1024 >= need_mib)) ||
    fail "$folder has $((free_kib / 1024)) MiB free, and $what needs $need_mib MiB: make room, or choose another place."
}
