# shellcheck shell=bash
# Which process listens where, and who else does.
#
# The default ports are those of the documentation; a block (--ports FIRST or auto) holds the same
# layout in 400 ports beginning with FIRST, outside of the range from which the kernel takes the
# client side of connections.

# shellcheck disable=SC2034 # for those who ask for replicas; not everyone who wants ports does
readonly MAX_REPLICAS=4
readonly PORT_BLOCK=400

# Sets the bases that port_of and metrics_port_of use; the argument is `default` or a number.
use_ports() {
  if [[ $1 == default ]]; then
    PORT_BASE=50000 METRICS_BASE=9100 POSTGRES_PORT=54329
  else
    PORT_BASE=$1 METRICS_BASE=$1 POSTGRES_PORT=$(($1 + 90))
  fi
}

check_ports_option() {
  [[ $1 == default || $1 == auto ]] && return
  if [[ ! $1 =~ ^[1-9][0-9]{3,4}$ ]] || (($1 < 1024 || $1 + PORT_BLOCK > 65536)); then
    fail "--ports takes 'default', 'auto' or the first of $PORT_BLOCK free ports, not '$1'."
  fi
}

# The first port of a block in which nothing listens.
find_free_block() {
  local attempt first port used
  used=" $(listening_ports | tr '\n' ' ') "
  for ((attempt = 0; attempt < 100; attempt++)); do
    first=$((10000 + RANDOM % 55 * PORT_BLOCK))
    for ((port = first; port < first + PORT_BLOCK; port++)); do
      [[ $used == *" $port "* ]] && continue 2
    done
    say "$first"
    return
  done
  fail "there is no free block of $PORT_BLOCK ports between 10000 and 32000: choose one with --ports FIRST."
}

# matchmaker-2 is the second replica of matchmaker.
service_of() { say "${1%-[2-9]}"; }
replica_of() {
  if [[ $1 =~ -([2-9])$ ]]; then say "${BASH_REMATCH[1]}"; else say 1; fi
}

# Replicas are 100 apart: 50051, 50151, …
port_of() {
  local shift=$((100 * ($(replica_of "$1") - 1)))
  case $(service_of "$1") in
    matchmaker) say $((PORT_BASE + shift + 51)) ;;
    model-gateway) say $((PORT_BASE + shift + 52)) ;;
    vote-ingest) say $((PORT_BASE + shift + 53)) ;;
    rating) say $((PORT_BASE + shift + 54)) ;;
    demo-models) say $((PORT_BASE + 61)) ;;
  esac
}

address_of() { say "127.0.0.1:$(port_of "$1")"; }

# Replicas are 10 apart: 9101, 9111, …
metrics_port_of() {
  local service=50
  service=$(($(port_of "$(service_of "$1")") - PORT_BASE - 50))
  say $((METRICS_BASE + service + 10 * ($(replica_of "$1") - 1)))
}

# Ports on which something listens, on any address.
listening_ports() { socket_table | while read -r port _; do say "$port"; done; }

# Lines `PORT INODE`, from the kernel's tables, because a small Debian has neither ss nor netstat.
socket_table() {
  local file local_address state inode
  for file in /proc/net/tcp /proc/net/tcp6; do
    [[ -r $file ]] || continue
    while read -r _ local_address _ state _ _ _ _ _ inode _; do
      [[ $state == 0A ]] && say "$((16#${local_address##*:})) $inode"
    done <"$file"
  done
  return 0
}

# Fails when somebody else listens on a port that one of ours is about to need.
need_free_ports() {
  local table name port
  table=$(socket_table)
  for name in "$@"; do
    [[ $name == postgres ]] && continue
    port_must_be_free "$table" "$(port_of "$name")" "$name"
    [[ $name == demo-models ]] || port_must_be_free "$table" "$(metrics_port_of "$name")" "$name's metrics"
  done
}

port_must_be_free() {
  local table=$1 port=$2 what=$3 used inode
  while read -r used inode; do
    [[ $used == "$port" ]] || continue
    fail "port $port, which $what needs, is taken by $(holder_of "$inode"): stop that, or choose other ports with --ports auto."
  done <<<"$table"
}

holder_of() {
  local link
  for link in /proc/[0-9]*/fd/*; do
    if [[ $(readlink -- "$link" 2>/dev/null) == "socket:[$1]" ]]; then
      local pid=${link#/proc/}
      pid=${pid%%/*}
      say "$(tr -d '\n' <"/proc/$pid/comm") (pid $pid)"
      return
    fi
  done
  say "another program"
}
