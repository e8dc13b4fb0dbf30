# shellcheck shell=bash
# Builds with the release preset; does next to nothing when nothing changed.

readonly SERVICES=(matchmaker model-gateway vote-ingest rating)
readonly PROGRAMS=(arena-matchmaker arena-model-gateway arena-vote-ingest arena-rating arenactl arena-demo-models)
readonly BUILD_NEEDS_MIB=2048

# build all        everything, tests included
# build programs   what `up` runs
# build benches    what `bench` runs
build() {
  local -a targets=()
  local log=$ARENA_BUILD/arena-build.log
  case $1 in
    programs) targets=("${PROGRAMS[@]}") ;;
    benches) targets=("${PROGRAMS[@]}" arena_benches) ;;
  esac
  configure "$log"
  if ninja -C "$ARENA_BUILD" -n "${targets[@]}" 2>/dev/null | grep -q 'no work to do'; then
    return 0
  fi
  need_space "$ARENA_BUILD" "$BUILD_NEEDS_MIB" "the build"
  say "Building in $ARENA_BUILD (the first time takes minutes)."
  NINJA_STATUS='[%f/%t, %es] ' ninja -C "$ARENA_BUILD" -j "$(build_jobs)" "${targets[@]}" 2>&1 | tee "$log" ||
    build_failed "$log"
}

# The second way asks ninja whether CMake's files changed; its dry run would not notice.
configure() {
  local log=$1
  mkdir -p -- "$ARENA_BUILD" || fail "the build folder $ARENA_BUILD cannot be made."
  if [[ ! -f $ARENA_BUILD/build.ninja ]]; then
    need_space "$ARENA_BUILD" "$BUILD_NEEDS_MIB" "the build"
    say "Configuring."
    (cd "$ARENA_ROOT" && cmake --preset release -B "$ARENA_BUILD") >"$log" 2>&1 || configure_failed "$log"
  else
    ninja -C "$ARENA_BUILD" build.ninja >"$log" 2>&1 || configure_failed "$log"
  fi
}

configure_failed() {
  tail -n 40 -- "$1" >&2
  explain_full_disk "$1" "$ARENA_BUILD"
  fail "CMake could not configure the build (its reason is above)."
}

build_failed() {
  explain_full_disk "$1" "$ARENA_BUILD"
  fail "the build failed (the compiler's reason is above; all of it is in $1)."
}

# A compilation with gRPC's headers takes up to 700 MB.
build_jobs() {
  local cores memory_jobs key kib
  cores=$(nproc)
  while read -r key kib _; do
    [[ $key == MemAvailable: ]] && break
  done </proc/meminfo
  memory_jobs=$((kib / 1024 / 700))
  ((memory_jobs >= 1)) || memory_jobs=1
  say $((cores < memory_jobs ? cores : memory_jobs))
}

need_programs() {
  local name
  for name in "${PROGRAMS[@]}"; do
    [[ -x $ARENA_BIN/$name ]] || fail "$ARENA_BIN/$name does not exist: run ./arena up without --no-build."
  done
}
