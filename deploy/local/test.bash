# shellcheck shell=bash
# ./arena test: everything a change has to pass, counted.

# The first before all others, then the longest first, so that the two lanes end together.
readonly TEST_KINDS=(tools e2e arena_script integration contract fuzz sources deploy unit)
# What is no GoogleTest binary: a program or a function that prints `ok`, `not ok` or `skip` for each
# case.
declare -rA SCRIPTED_KINDS=(
  [arena_script]=$ARENA_ROOT/tests/e2e/arena_script/run
  [fuzz]=$ARENA_ROOT/tests/fuzz/run
  [tools]=check_tools
  [sources]=check_sources
  [deploy]=check_deploy
)
# Far more than any program takes: only what hangs is ended.
readonly TEST_TIMEOUT_SECONDS=2700
readonly TOOLS_NPM=$ARENA_ROOT/tools/npm
readonly DEPLOY_CHECKS=$ARENA_ROOT/tests/deploy/static

verb_test() {
  case ${1:-} in
    '') test_every_change ;;
    long | deploy | browser) test_tier "$1" ;;
    --help | -h) verb_help ;;
    *) fail "there is no test tier '$1': it is long, deploy, browser, or nothing for every change." ;;
  esac
}

test_every_change() {
  local started=$SECONDS built
  PASSED=0 FAILED=0 SKIPPED=0
  TEST_LOGS=$ARENA_BUILD/test-logs
  ensure_packages build run test
  build all
  built=$SECONDS
  rm -rf -- "$TEST_LOGS"
  mkdir -p -- "$TEST_LOGS"
  say "Running the tests, two programs at a time; their output goes to $TEST_LOGS."
  run_test_programs
  say "installation and build: $((built - started)) s, tests: $((SECONDS - built)) s"
  ((SKIPPED == 0)) || say "$SKIPPED skipped"
  say "$PASSED passed, $FAILED failed"
  ((FAILED == 0))
}

# What npm brings, which other programs use. Here and below each check counts as one case.
check_tools() {
  check "buf is installed as pinned" install_buf
  check "the checks of deploy/ are installed as pinned" npm_install "$DEPLOY_CHECKS"
}

check_sources() {
  check "shell scripts pass shellcheck" lint_shell
  check "C++ is formatted by clang-format" lint_cpp_format
  check "proto files pass buf lint" buf lint "$ARENA_ROOT/proto"
  check "proto files are formatted by buf" buf format --diff --exit-code "$ARENA_ROOT/proto"
  check "golden digests hold without AVX" golden_without_avx
}

check() {
  local name=$1 said
  shift
  if said=$("$@" 2>&1); then
    say "ok $name"
  else
    tail -n 40 <<<"$said"
    say "not ok $name"
    return 1
  fi
}

# Published numbers must not depend on what the processor offers to the C library. The names with
# _Usable are those of older C libraries.
golden_without_avx() {
  local feature tunable=''
  for feature in AVX AVX2 FMA AVX512F; do tunable+="${tunable:+,}-$feature,-${feature}_Usable"; done
  GLIBC_TUNABLES=glibc.cpu.hwcaps=$tunable "$ARENA_BIN/arena_unit_tests" --gtest_filter='GoldenTest.*'
}

# Manifests, image, monitoring: a program of its own, whose cases count singly.
check_deploy() {
  ARENA_BUILD_DIR=$ARENA_BUILD timeout --kill-after=10 120 node --test-reporter=tap "$DEPLOY_CHECKS/main.mjs"
}

# Files of the tree by pattern, new ones included, whatever git ignores left out.
source_files() {
  (cd "$ARENA_ROOT" && git -c safe.directory="$ARENA_ROOT" ls-files -z --cached --others --exclude-standard --deduplicate -- "$@" |
    while IFS= read -r -d '' file; do
      if [[ -f $file ]]; then printf '%s\0' "$ARENA_ROOT/$file"; fi
    done)
}

lint_shell() {
  local -a scripts
  mapfile -d '' scripts < <(source_files arena .ci/run 'tests/e2e/arena_script/run' 'tests/deploy/image' \
    'tests/fuzz/run' 'tests/long/*')
  (cd "$ARENA_ROOT" && shellcheck -x -a "${scripts[@]}")
}

lint_cpp_format() {
  source_files '*.h' '*.cc' | xargs -0 -n 100 clang-format --dry-run --Werror
}

install_buf() {
  [[ -x $(buf_program) ]] || rm -f -- "$TOOLS_NPM/node_modules/.package-lock.json"
  npm_install "$TOOLS_NPM" || return
  # npm calls it a success when it could not fetch an optional package, and each machine's is one.
  [[ -x $(buf_program) ]] || fail "npm could not fetch buf: connect this machine to an npm registry (npm config get registry)."
}

# What a folder's lock file pins, unless it is there already. npm trusts what the system trusts, too:
# a company's registry may have a certificate of its own.
npm_install() {
  local folder=$1 certificates=/etc/ssl/certs/ca-certificates.crt
  [[ $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ]] && return
  if [[ -r $certificates ]]; then export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-$certificates}; fi
  (cd "$folder" && npm ci)
}

buf_program() {
  local machine=x64
  [[ $(uname -m) != aarch64 ]] || machine=aarch64
  say "$TOOLS_NPM/node_modules/@bufbuild/buf-linux-$machine/bin/buf"
}

buf() { "$(buf_program)" "$@"; }

run_test_programs() {
  local kind running=0
  # Background jobs do not see Ctrl-C; their programs end with them.
  trap 'kill $(jobs -p) 2>/dev/null; exit 130' INT TERM HUP
  run_test_program "${TEST_KINDS[0]}" &
  wait
  for kind in "${TEST_KINDS[@]:1}"; do
    if ((running == 2)); then
      wait -n || true
      running=1
    fi
    run_test_program "$kind" &
    running=$((running + 1))
  done
  wait
  for kind in "${TEST_KINDS[@]}"; do count_result "$kind"; done
}

run_test_program() {
  local kind=$1 started=$SECONDS result=0 scripted=${SCRIPTED_KINDS[$1]:-}
  local -a command=("$ARENA_BIN/arena_${kind}_tests" "--gtest_output=json:$TEST_LOGS/$kind.json")
  [[ -z $scripted ]] || command=("$scripted" "$ARENA_BUILD")
  [[ $(type -t "${command[0]}") == function ]] ||
    command=(setpriv --pdeathsig TERM -- timeout --kill-after=10 "$TEST_TIMEOUT_SECONDS" "${command[@]}")
  cd "$ARENA_ROOT"
  "${command[@]}" >"$TEST_LOGS/$kind.log" 2>&1 </dev/null || result=$?
  say "$result $((SECONDS - started))" >"$TEST_LOGS/$kind.result"
}

# Adds one program's cases. One that ended badly without a failed case of its own (a crash, the
# timeout, nothing run at all) counts as one failure.
count_result() {
  local kind=$1 result seconds passed=0 failed=0 skipped=0
  read -r result seconds <"$TEST_LOGS/$kind.result" || result=255 seconds=0
  if [[ -n ${SCRIPTED_KINDS[$kind]:-} ]]; then
    failed=$(grep -c '^not ok ' "$TEST_LOGS/$kind.log") || true
    skipped=$(grep -c -e '^skip ' -e '^ok .* # SKIP' "$TEST_LOGS/$kind.log") || true
    passed=$(grep '^ok ' "$TEST_LOGS/$kind.log" | grep -c -v ' # SKIP') || true
  elif [[ -s $TEST_LOGS/$kind.json ]]; then
    count_gtest "$TEST_LOGS/$kind.json"
  fi
  if ((failed == 0 && (result != 0 || passed + skipped == 0))); then
    failed=1
  fi
  PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed)) SKIPPED=$((SKIPPED + skipped))
  if ((failed)); then
    tail -n 40 -- "$TEST_LOGS/$kind.log"
    print_failures "$TEST_LOGS/$kind.log"
    grep -e '^\[  FAILED  \]' -e '^not ok ' -- "$TEST_LOGS/$kind.log" | sort -u | head -n 40 || true
    say "FAILED  $kind: $passed passed, $failed failed, exit code $result, ${seconds} s; all of it: $TEST_LOGS/$kind.log"
  else
    say "ok      $kind: $passed passed, ${seconds} s"
  fi
}

# What the failed assertions of GoogleTest said, each with the name of its test: the log itself stays
# on the machine that ran it.
print_failures() {
  awk '/^\[ RUN      \]/ { test = $4 }
       /^\[/ { told = 0 }
       /: Failure$/ { print "-- " test; told = 12 }
       told-- > 0' "$1" | head -n 100
}

# Sets passed, failed and skipped of count_result from GoogleTest's report, whose first lines are the
# totals of the whole program.
count_gtest() {
  local tests disabled
  tests=$(sed -n 's/^  "tests": \([0-9]*\),$/\1/p' "$1")
  failed=$(sed -n 's/^  "failures": \([0-9]*\),$/\1/p' "$1")
  disabled=$(sed -n 's/^  "disabled": \([0-9]*\),$/\1/p' "$1")
  skipped=$(grep -c '"result": "SKIPPED"' "$1") || true
  passed=$((tests - failed - disabled - skipped))
  skipped=$((skipped + disabled))
}

# The slow tiers are programs of their own in tests/TIER.
test_tier() {
  local tier=$1 program passed=0 failed=0
  [[ -d $ARENA_ROOT/tests/$tier ]] || fail "there are no $tier tests yet."
  ensure_packages build run test "$tier"
  build all
  for program in "$ARENA_ROOT/tests/$tier"/*; do
    [[ -f $program && -x $program ]] || continue
    say "Running ${program#"$ARENA_ROOT/"}."
    if "$program" "$ARENA_BUILD"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  done
  say "$passed passed, $failed failed"
  ((failed == 0))
}
