# shellcheck shell=bash
# Every way in which the machine can refuse: one clear sentence, exit code 1.

UnknownVerbPointsToHelp() {
  arena fly
  expect_one_sentence "there is no 'fly'"
}

UpRefusesUnknownOptions() {
  up --fast
  expect_one_sentence "up does not know '--fast'"
  up --replicas 9
  expect_one_sentence "--replicas takes a number"
  up --models "$WORK/none.yaml"
  expect_one_sentence "cannot be read"
  up --ports 80
  expect_one_sentence "--ports takes"
  up --ports 08080
  expect_one_sentence "--ports takes"
  arena up --data
  expect_one_sentence "--data needs a value"
}

UpNamesTheProgramThatHoldsAPort() {
  need_services
  "$ARENA_BUILD_DIR/bin/arena-demo-models" --port 0 --seed 1 >"$WORK/holder" 2>&1 &
  local holder=$! port
  eventually 10 grep -q '^listening' "$WORK/holder"
  port=$(sed -n 's/^listening .*://p' "$WORK/holder")
  # In a block that begins 61 ports below, the demonstration models want the port.
  up --ports $((port - 61))
  kill "$holder"
  expect_one_sentence "port $port, which demo-models needs, is taken by arena-demo-mode (pid $holder)"
  expect_nothing_runs
}

UpAtTheSameTimeAsAnotherIsRefused() {
  need_services
  mkdir -p "$DATA_DIR/run" "$DATA_DIR/logs"
  exec 8>>"$DATA_DIR/run/lock"
  flock 8
  up
  expect_one_sentence "another ./arena up or down is at work"
}

UpRefusesAClusterOfAnotherPostgresVersion() {
  need_services
  mkdir -p "$DATA_DIR/postgres/data"
  echo 14 >"$DATA_DIR/postgres/data/PG_VERSION"
  up
  expect_one_sentence "was made by PostgreSQL 14, and this is 15"
  [[ $(<"$DATA_DIR/postgres/data/PG_VERSION") == 14 ]] || expect_failed "the old cluster untouched"
}

UpRefusesADiskWithTooLittleRoom() {
  need_services
  mount_small_disk 40
  up
  expect_one_sentence "the data needs 1024 MiB"
  expect_nothing_runs
}

UpExplainsADiskThatFillsUp() {
  need_services
  mount_small_disk 20
  export ARENA_MIN_FREE_MIB=1
  up
  expect_one_sentence "is full: make room"
  expect_nothing_runs
}

UpSaysThatAServiceDoesNotStayUp() {
  need_services
  local programs=$WORK/broken/bin
  mkdir -p "$programs"
  cp -s "$ARENA_BUILD_DIR"/bin/arena* "$programs"
  rm "$programs/arena-rating"
  printf '#!/bin/bash\necho "no such luck" >&2\nexit 3\n' >"$programs/arena-rating"
  chmod 0755 "$programs/arena-rating"
  export ARENA_BUILD_DIR=$WORK/broken
  up
  expect_code 1
  expect_output "no such luck"
  expect_output "arena: does not stay up: rating"
  expect_nothing_runs
}

UpWithoutProgramsPointsToTheBuild() {
  export ARENA_BUILD_DIR=$WORK/nothing-here
  up
  expect_one_sentence "run ./arena up without --no-build"
}

UpWithoutARegistrySaysSo() {
  need_root
  pretend dpkg-query 'exit 1'
  pretend apt-get 'echo "E: Could not connect" >&2; exit 100'
  arena up --detach --data "$DATA_DIR"
  expect_code 1
  [[ $(grep -c '^arena: ' <<<"$ERRORS") == 1 ]] || expect_failed "one sentence of the script's own"
  expect_output "connect this machine to a Debian 12 package registry"
}

UpWithoutRootOrSudoSaysWhatIsMissing() {
  pretend dpkg-query 'exit 1'
  pretend sudo 'exit 1'
  if ((EUID == 0)); then
    pretend as-nobody 'exec setpriv --reuid=nobody --regid=nogroup --clear-groups -- "$@"'
    as-nobody test -x "$ROOT/arena" || skip "an ordinary user cannot reach this clone"
    mkdir -m 0777 "$DATA_DIR"
    chmod 0777 "$DATA_DIR"
    ERRORS=$(as-nobody "$ROOT/arena" up --detach --data "$DATA_DIR" 2>&1 </dev/null)
    CODE=$?
  else
    arena up --detach --data "$DATA_DIR"
  fi
  OUTPUT=$ERRORS
  expect_one_sentence "neither root nor may use sudo"
}

UpAsksNoRegistryWhenNothingIsMissing() {
  # shellcheck disable=SC2016 # the program's text, which it expands itself
  pretend apt-get 'touch "$(dirname "$0")/apt-get-was-called"'
  pretend ninja 'exit 1'
  [[ -f $ARENA_BUILD_DIR/build.ninja ]] || skip "nothing is built in $ARENA_BUILD_DIR"
  arena up --detach --data "$DATA_DIR"
  expect_output "CMake could not configure"
  [[ ! -e $WORK/bin/apt-get-was-called ]] || expect_failed "no call of apt-get"
}

# npm reports success when it cannot fetch the package of this machine's kind, which holds buf.
TestSaysThatNpmCouldNotFetchBuf() {
  local clone=$WORK/clone
  mkdir -p "$clone/tests" "$WORK/nothing-built/bin"
  cp -r "$ROOT/arena" "$ROOT/deploy" "$clone"
  mkdir -p "$clone/tools/npm"
  cp "$ROOT"/tools/npm/package*.json "$clone/tools/npm"
  : >"$WORK/nothing-built/build.ninja"
  pretend ninja 'echo "no work to do"'
  pretend npm 'mkdir -p node_modules'
  ERRORS=$(ARENA_BUILD_DIR=$WORK/nothing-built "$clone/arena" test 2>&1 </dev/null)
  CODE=$?
  OUTPUT=$ERRORS
  expect_code 1
  expect_output "arena: npm could not fetch buf: connect this machine to an npm registry"
  expect_output "not ok buf is installed as pinned"
}

UpIntoAFolderOfAnotherUserIsRefused() {
  up_to_a_file
  expect_one_sentence "choose another place with --data DIR"
}

up_to_a_file() {
  : >"$WORK/file"
  arena up --detach --no-build --data "$WORK/file/data"
}

# DATA_DIR on a disk of its own of so many MiB.
mount_small_disk() {
  need_root
  mkdir -p "$WORK/disk"
  mount -t tmpfs -o "size=${1}m,mode=0755" tmpfs "$WORK/disk" || skip "this machine mounts no tmpfs"
  DATA_DIR=$WORK/disk/data
}
