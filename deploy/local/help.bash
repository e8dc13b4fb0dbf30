# shellcheck shell=bash
verb_help() {
  cat <<'END'
Arena ranks language models by blind battles. This script runs it on this machine.

  ./arena up [options]     install what is missing, build, start PostgreSQL, the four services and
                           the demonstration models, wait until all are healthy. Stays in the
                           foreground, Ctrl-C stops everything; on a running system it starts what
                           is missing.
      --detach             return when healthy, and leave everything running
      --models FILE        use these models instead of the demonstration models; kept for next time
      --demo-data NAME     import votes once: first-week is the first week of Chatbot Arena
      --replicas N         N sets of the four services (1 to 4); ports 50051…, 50151…; metrics
                           9101…, 9111…
      --ports PORTS        'default', 'auto', or the first of 400 free ports; kept for next time
      --no-build           run what build/ holds
  ./arena down             stop services, models, PostgreSQL, in this order; the data stays
      --delete-data        and delete it
  ./arena status           what runs where, since when; exit code 1 unless everything is healthy
  ./arena logs NAME [-f]   one process's log; 'supervisor' has starts and deaths
  ./arena play             a battle in the terminal: type, watch two replies, vote, see the names
  ./arena test             install, build, lint and run all tests but the slow ones; under 25 minutes
  ./arena test TIER        long or deploy: the slow tests of that kind
  ./arena bench [WHAT]     measure: rating, votes, matchmaker, freshness, restart, retraction,
                           leaderboard, watchers
  ./arena version

Everything lives in .arena/ beside this script, or where --data DIR (for up, down, status, logs, play) or
ARENA_DATA says. Further settings, by environment:
  ARENA_PORTS              as --ports
  ARENA_POSTGRES_DIR       a folder for PostgreSQL's files, when .arena/ is out of its user's reach
  ARENA_MIN_FREE_MIB       free space without which up refuses to start (1024)
  ARENA_BUILD_DIR          the build folder (build/)
END
}
