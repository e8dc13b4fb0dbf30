# shellcheck shell=bash
# What up, down, status and logs do when all goes well, and when a process dies.

UpStartsEverythingHealthyAndDownLeavesNoProcess() {
  need_services
  up
  expect_code 0
  expect_output "Arena is up"
  expect_output "./arena down --data $DATA_DIR"
  is_healthy || expect_failed "healthy after up"
  local name
  for name in postgres demo-models matchmaker model-gateway vote-ingest rating; do
    expect_output "$name "
  done
  down
  expect_code 0
  expect_nothing_runs
  down
  expect_code 0
  status
  expect_one_sentence "nothing runs"
}

# Root may not run PostgreSQL, and nobody's other cluster is any business of ours.
UpAsRootRunsPostgresAsItsUserAndTouchesNoOtherCluster() {
  need_services
  need_root
  local others pid
  others=$(clusters_of_the_system)
  up
  expect_code 0
  pid=$(pid_of postgres)
  [[ $(stat -c %U "/proc/$pid") == postgres ]] || expect_failed "a server of the user postgres"
  [[ $(stat -c %U "$(readlink -f "$DATA_DIR/postgres")/data") == postgres ]] || expect_failed "data of the user postgres"
  [[ $(clusters_of_the_system) == "$others" ]] || expect_failed "the system's clusters as before: $others"
  down
  [[ $(clusters_of_the_system) == "$others" ]] || expect_failed "the system's clusters as before: $others"
}

# With what runs and when its settings and data were last written to.
clusters_of_the_system() {
  pg_lsclusters
  find /etc/postgresql /var/lib/postgresql -printf '%p %u %T@\n' 2>/dev/null | sort
}

UpTakesUnderTenSecondsWhenNothingChanged() {
  need_services
  up
  down
  local started=${EPOCHREALTIME/./} took
  up
  took=$(((${EPOCHREALTIME/./} - started) / 1000))
  expect_code 0
  printf 'up took %s ms\n' "$took"
  # Other tests compete for the machine, but for the long run.
  [[ -z ${ARENA_LONG_TESTS:-} ]] || ((took < 10000)) || expect_failed "less than 10 s"
}

UpOnARunningSystemChangesNothing() {
  need_services
  up
  local before
  before=$(all_pids)
  up
  expect_code 0
  [[ $(all_pids) == "$before" ]] || expect_failed "the same processes as before"
}

UpFillsTheLeaderboardWithTheFirstWeek() {
  need_services
  up --demo-data first-week
  expect_code 0
  use_system
  OUTPUT=$("$ARENA_BUILD_DIR/bin/arenactl" leaderboard show --method bt --covering 4689 --wait 60 2>&1)
  [[ $(grep -m1 -E '^ *1 ' <<<"$OUTPUT") == *vicuna-13b* ]] || expect_failed "vicuna-13b first"
}

UpRunsFromAnyFolder() {
  need_services
  cd / || exit
  up
  expect_code 0
}

UpKeepsDataOverDown() {
  need_services
  up
  sql "create table kept as select 42 as answer" >/dev/null || expect_failed "SQL in the private cluster"
  down
  up
  [[ $(sql "select answer from kept") == 42 ]] || expect_failed "the row written before down"
}

UpWithTwoReplicasRunsTwoOfEachService() {
  need_services
  up --replicas 2
  expect_code 0
  eventually 60 is_healthy
  local service
  for service in matchmaker model-gateway vote-ingest rating; do
    expect_output "$service-2 "
  done
  down
  expect_nothing_runs
}

UpAddsReplicasToARunningSystem() {
  need_services
  up
  local before
  before=$(pid_of matchmaker)
  up --replicas 2
  expect_code 0
  [[ $(pid_of matchmaker) == "$before" ]] || expect_failed "the first matchmaker untouched"
  eventually 60 is_healthy
}

UpInTheForegroundStopsEverythingOnInterrupt() {
  need_services
  # A session of its own, as a terminal's foreground group would be; Ctrl-C goes to the whole group.
  setsid "$ROOT/arena" up --no-build --ports auto --data "$DATA_DIR" </dev/null >"$WORK/foreground" 2>&1 &
  local up_pid=$!
  eventually 60 grep -q 'Press Ctrl-C' "$WORK/foreground"
  eventually 60 is_healthy
  # A shell starts background programs with SIGINT ignored; TERM takes the same way through the script.
  kill -TERM -- "-$up_pid"
  wait "$up_pid" || expect_failed "exit code 0 after the interrupt"
  grep -q 'Everything has stopped' "$WORK/foreground" || expect_failed "its last words"
  expect_nothing_runs
}

UpKeepsItsClusterElsewhereWhenItsUserCannotReachTheFolder() {
  need_services
  need_root
  mkdir -m 0700 "$WORK/private"
  DATA_DIR=$WORK/private/data
  up
  expect_code 0
  status
  expect_code 0
  local cluster
  cluster=$(readlink -f "$DATA_DIR/postgres")
  [[ $cluster == /var/tmp/arena-* ]] || expect_failed "a cluster outside of the private folder, not in $cluster"
  expect_output "$cluster"
  arena down --delete-data --data "$DATA_DIR"
  [[ ! -e $cluster ]] || expect_failed "no cluster left behind"
}

UpRunsForAnOrdinaryUser() {
  need_services
  need_root
  mkdir "$WORK/theirs"
  chown nobody "$WORK/theirs"
  DATA_DIR=$WORK/theirs/data
  local -a as_nobody=(setpriv --reuid=nobody --regid=nogroup --clear-groups --)
  "${as_nobody[@]}" test -x "$ROOT/arena" || skip "an ordinary user cannot reach this clone"
  "${as_nobody[@]}" "$ROOT/arena" up --detach --no-build --ports auto --data "$DATA_DIR" ||
    expect_failed "up as an ordinary user"
  [[ $(stat -c %U "$DATA_DIR/postgres/data") == nobody ]] || expect_failed "the cluster is the user's own"
  "${as_nobody[@]}" "$ROOT/arena" status --data "$DATA_DIR" || expect_failed "status as an ordinary user"
  "${as_nobody[@]}" "$ROOT/arena" down --data "$DATA_DIR" || expect_failed "down as an ordinary user"
}

StatusShowsAKilledServiceStartedAgain() {
  need_services
  up
  local name pid started
  for name in vote-ingest matchmaker model-gateway rating demo-models postgres; do
    pid=$(pid_of "$name")
    started=$SECONDS
    kill -KILL "$pid"
    eventually 30 is_gone "$pid"
    eventually 60 is_healthy
    printf '%s was healthy again after about %s s\n' "$name" $((SECONDS - started))
    [[ $(pid_of "$name") != "$pid" ]] || expect_failed "a new $name"
    # Children of a killed postmaster may hold its memory against the first successor.
    grep -E -q "^$name +healthy .* [1-9]$" <<<"$OUTPUT" || expect_failed "a restart of $name"
  done
  arena logs supervisor --data "$DATA_DIR"
  expect_output "vote-ingest was ended by signal 9; starting it again"
}

UpTakesOverWhatAKilledSupervisorLeft() {
  need_services
  up
  local supervisor rating
  supervisor=$(pid_of supervisor) rating=$(pid_of rating)
  kill -KILL "$supervisor"
  eventually 5 is_gone "$supervisor"
  status
  expect_code 1
  up
  expect_code 0
  [[ $(pid_of rating) == "$rating" ]] || expect_failed "the services went on without it"
  [[ $(pid_of supervisor) != "$supervisor" ]] || expect_failed "a new supervisor"
  kill -KILL "$rating"
  eventually 15 is_healthy
}

DownStopsWhatAKilledSupervisorLeft() {
  need_services
  up
  local supervisor
  supervisor=$(pid_of supervisor)
  kill -KILL "$supervisor"
  eventually 5 is_gone "$supervisor"
  down
  expect_code 0
  expect_nothing_runs
}

DownHarmsNoProgramWithTheNumberOfAnOldPidFile() {
  mkdir -p "$DATA_DIR/run" "$DATA_DIR/logs"
  sleep 60 &
  local bystander=$!
  # The start time is that of another process.
  printf '%s 1 1\n' "$bystander" >"$DATA_DIR/run/matchmaker.pid"
  printf '%s 1 1\n' "$bystander" >"$DATA_DIR/run/supervisor.pid"
  down
  expect_code 0
  ! is_gone "$bystander" || expect_failed "the bystander lives"
  kill "$bystander"
}

DownWithoutASystemIsNoError() {
  down
  expect_code 0
}

LogsNamesTheLogsThereAre() {
  mkdir -p "$DATA_DIR/logs"
  echo "a line" >"$DATA_DIR/logs/rating.log"
  arena logs rating --data "$DATA_DIR"
  expect_code 0
  expect_output "a line"
  arena logs nothing --data "$DATA_DIR"
  expect_one_sentence "There are: rating"
}

# Before anything is installed or built.
BenchSaysAtOnceWhatItDoesNotKnow() {
  arena bench votez
  expect_one_sentence "there is no benchmark 'votez'"
  arena bench --help
  expect_code 0
  expect_output "./arena bench"
}

HelpNamesEveryVerb() {
  arena help
  expect_code 0
  local verb
  for verb in up down status logs test bench version; do
    expect_output "./arena $verb"
  done
}
