# shellcheck shell=bash
# The private PostgreSQL cluster. It listens on a socket in a folder that only its owner may enter,
# on no TCP port, and knows nothing of the system's own clusters.

readonly POSTGRES_VERSION=15
readonly POSTGRES_BIN=/usr/lib/postgresql/$POSTGRES_VERSION/bin
readonly DATABASE=arena
# A socket's whole path has at most 107 bytes, and PostgreSQL adds "/.s.PGSQL.PORT".
readonly LONGEST_SOCKET_FOLDER=90

# PostgreSQL refuses to run as root, so root runs it as Debian's user postgres.
as_postgres() {
  if ((EUID == 0)); then
    (cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$@")
  else
    (cd / && exec "$@")
  fi
}

postgres_user() { if ((EUID == 0)); then say postgres; else id -un; fi; }

# The cluster's folder: DATA/postgres, or where the link of that name points.
cluster_folder() { readlink -m -- "$DATA/postgres"; }

# Connection settings for one of our roles.
conninfo() {
  local folder
  folder=$(cluster_folder)/socket
  say "host='${folder//\'/\\\'}' port=$POSTGRES_PORT dbname=${2:-$DATABASE} user=$1"
}

# Makes the cluster's folder where its user can reach it. A clone below a folder of mode 0700 is out
# of reach for user postgres, and a very deep one is too long for a socket: then the cluster lives
# in /var/tmp and DATA/postgres is a link to it.
place_cluster() {
  [[ -e $DATA/postgres ]] && return 0
  local elsewhere=${ARENA_POSTGRES_DIR:-}
  if [[ -z $elsewhere ]] && cluster_fits "$DATA/postgres"; then
    make_cluster_folder "$DATA/postgres"
    return
  fi
  if [[ -z $elsewhere ]]; then
    elsewhere=$(mktemp -d /var/tmp/arena-XXXXXXXX) ||
      fail "no folder for PostgreSQL can be made in /var/tmp: name one with ARENA_POSTGRES_DIR."
    say "PostgreSQL's files go to $elsewhere, because its user cannot use $DATA."
  fi
  make_cluster_folder "$elsewhere"
  ln -sfn -- "$(readlink -f -- "$elsewhere")" "$DATA/postgres"
}

cluster_fits() {
  local socket=$1/socket
  ((${#socket} <= LONGEST_SOCKET_FOLDER)) && as_postgres test -x "$(dirname -- "$1")"
}

make_cluster_folder() {
  mkdir -p -- "$1" || fail "PostgreSQL's folder $1 cannot be made: name another with ARENA_POSTGRES_DIR."
  if ((EUID == 0)); then chown postgres:postgres -- "$1"; fi
  chmod 0700 -- "$1"
  as_postgres test -w "$1" ||
    fail "user $(postgres_user) cannot reach PostgreSQL's folder $1: name another with ARENA_POSTGRES_DIR."
}

# Makes the cluster if there is none, and refuses one that this PostgreSQL cannot use.
ensure_cluster() {
  local folder found owner
  [[ -x $POSTGRES_BIN/postgres ]] || fail "PostgreSQL $POSTGRES_VERSION is not at $POSTGRES_BIN: run ./arena up without --no-build."
  place_cluster
  folder=$(cluster_folder)
  [[ -d $folder ]] ||
    fail "$DATA/postgres points to $folder, which is gone: put it back, or remove the link to start anew."
  need_space "$folder" "$DATA_NEEDS_MIB" "the database"
  if [[ ! -f $folder/data/PG_VERSION ]]; then
    make_cluster "$folder"
    return
  fi
  found=$(<"$folder/data/PG_VERSION")
  [[ $found == "$POSTGRES_VERSION" ]] ||
    fail "$folder/data was made by PostgreSQL $found, and this is $POSTGRES_VERSION: move it away, or choose another place with --data DIR."
  owner=$(stat -c %U -- "$folder/data")
  [[ $owner == "$(postgres_user)" ]] ||
    fail "$folder/data belongs to $owner, and PostgreSQL would run as $(postgres_user): start as the user who made it, or choose another place with --data DIR."
}

# Under another name first: a cluster that was interrupted half-made is never taken for a whole one.
make_cluster() {
  local folder=$1 log=$LOGS/initdb.log
  say "Making a PostgreSQL cluster in $folder."
  rm -rf -- "$folder/data.new"
  if ! as_postgres "$POSTGRES_BIN/initdb" -k -D "$folder/data.new" -U arena -A trust -E UTF8 \
    --locale=C.UTF-8 >"$log" 2>&1; then
    rm -rf -- "$folder/data.new"
    explain_full_disk "$log" "$folder"
    fail "PostgreSQL's cluster could not be made: $(last_line "$log")"
  fi
  as_postgres mv -- "$folder/data.new" "$folder/data"
  as_postgres mkdir -p -m 0700 -- "$folder/socket"
}

# Replaces this process; the supervisor calls it in a child.
exec_postgres() {
  local folder
  local -a run_as=()
  folder=$(cluster_folder)
  ((EUID != 0)) || run_as=(setpriv --reuid=postgres --regid=postgres --init-groups --)
  cd /
  exec "${run_as[@]}" "$POSTGRES_BIN/postgres" -D "$folder/data" -k "$folder/socket" -p "$POSTGRES_PORT" \
    -c listen_addresses= -c max_connections=200 -c shared_buffers=256MB -c max_wal_size=2GB \
    -c recovery_init_sync_method=syncfs
}

postgres_ready() {
  "$POSTGRES_BIN/pg_isready" -q -t 3 -h "$(cluster_folder)/socket" -p "$POSTGRES_PORT" -d postgres -U arena
}

database_exists() {
  local found
  found=$("$POSTGRES_BIN/psql" -X -d "$(conninfo arena postgres)" -Atc \
    "select 1 from pg_database where datname = '$DATABASE'") || fail "PostgreSQL does not answer: ./arena logs postgres."
  [[ $found == 1 ]]
}

make_database() {
  "$POSTGRES_BIN/psql" -X -q -d "$(conninfo arena postgres)" -c "create database $DATABASE" ||
    fail "the database could not be made: ./arena logs postgres."
}

# Writes the files of a new database to their place now. Else a server that is killed in the first
# minutes does so before it is back, some hundred of them.
settle_database() {
  local log=$LOGS/checkpoint.log
  "$POSTGRES_BIN/psql" -X -q -d "$(conninfo arena)" -c checkpoint >"$log" 2>&1 && return 0
  explain_full_disk "$log" "$DATA"
  fail "PostgreSQL could not write the new database: $(last_line "$log") (./arena logs postgres)"
}

migrate() {
  local log=$LOGS/migrate.log
  "$ARENA_BIN/arenactl" migrate --database "$(conninfo arena)" >"$log" 2>&1 && return 0
  explain_full_disk "$log" "$DATA"
  fail "the migrations failed: $(last_line "$log") (all of it is in $log)"
}

# Whether the end of a log speaks of a full disk, in PostgreSQL's words or the system's.
tells_of_full_disk() { tail -n 20 -- "$1" 2>/dev/null | grep -q -e 'No space left on device' -e 'Check free disk space'; }

explain_full_disk() {
  if tells_of_full_disk "$1"; then
    fail "the disk of $2 is full: make room and run this again."
  fi
}

last_line() { grep -v '^[[:space:]]*$' -- "$1" | tail -n 1; }
