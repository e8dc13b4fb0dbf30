# shellcheck shell=bash
# Which process listens where, and who else does.
#
# The default ports are those of the documentation; a block (--ports FIRST or auto) holds the same
# layout in 400 ports beginning with FIRST, outside of the range from which the kernel takes the
# client side of connections.

# shellcheck disable=SC2034 # for those who ask for replicas; not everyone who wants ports does
readonly MAX_REPLICAS=4
readonly PORT_BLOCK=400

# Sets POSTGRES_PORT and, by the processes' names, PORT, ADDRESS and METRICS_PORT; the argument is `default`
# or a number. Tables rather than functions, because a function's answer costs a process.
declare -gA PORT ADDRESS METRICS_PORT
use_ports() {
  local first=50000 metrics=9100 replica=1 suffix='' name number
  POSTGRES_PORT=54329
  if [[ $1 != default ]]; then
    first=$1 metrics=$1 POSTGRES_PORT=$(($1 + 90))
  fi
  PORT=([demo-models]=$((first + 61))) METRICS_PORT=()
  while ((replica <= MAX_REPLICAS)); do
    number=1
    for name in "${SERVICES[@]}"; do
      # Replicas are 100 apart: 50051, 50151, …; and those for metrics 10: 9101, 9111, …
      PORT[$name$suffix]=$((first + 50 + number + 100 * (replica - 1)))
      METRICS_PORT[$name$suffix]=$((metrics + number + 10 * (replica - 1)))
      number=$((number + 1))
    done
    replica=$((replica + 1)) suffix=-$replica
  done
  ADDRESS=()
  for name in "${!PORT[@]}"; do ADDRESS[$name]=127.0.0.1:${PORT[$name]}; done
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
    port_must_be_free "$table" "${PORT[$name]}" "$name"
    [[ $name == demo-models ]] || port_must_be_free "$table" "${METRICS_PORT[$name]}" "$name's metrics"
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
