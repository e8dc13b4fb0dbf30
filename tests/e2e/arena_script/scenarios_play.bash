# shellcheck shell=bash
# A battle in the terminal, played through a real one: tmux is the terminal.

screen() { tmux -S "$WORK/tmux" capture-pane -p -t play; }
press() { tmux -S "$WORK/tmux" send-keys -t play "$@"; }
shows() { screen | grep -q -F -- "$1"; }
# A row that holds both parts.
shows_in_one_row() { screen | grep -F -- "$1" | grep -q -F -- "$2"; }

start_playing() {
  tmux -S "$WORK/tmux" -f /dev/null new-session -d -s play -x "$1" -y 30 \
    "LC_ALL=C.UTF-8 '$ROOT/arena' play --data '$DATA_DIR' 2>'$WORK/play.err'; cat '$WORK/play.err'; echo ended; read -r"
}

stop_playing() { tmux -S "$WORK/tmux" kill-server 2>/dev/null || true; }

UpLetsOnePlayABattleInTheTerminal() {
  need_services
  type tmux >/dev/null || skip "tmux is not installed"
  up
  use_system
  trap stop_playing EXIT
  start_playing 100
  eventually 60 shows "Say something to both"
  shows_in_one_row Left Right || expect_failed "two columns: $(screen)"
  press "What is 2 + 2?" Enter
  eventually 60 shows "[1] left is better"
  local name
  for name in juniper aspen willow cedar maple birch; do
    ! shows "$name" || expect_failed "no name before the vote: $(screen)"
  done
  press 3
  eventually 60 shows "Vote 1 is in the log."
  shows "Left: " || expect_failed "the left name: $(screen)"
  shows "Right: " || expect_failed "the right name: $(screen)"
  press c
  eventually 60 shows "Say something to both"
  press "And 3 + 3?" Enter
  eventually 60 shows "[n] new battle"
  press n
  eventually 60 shows "Arena, battle 2"
  ! shows "Left: " || expect_failed "blind again: $(screen)"
  press C-c
  eventually 60 shows "ended"
}

UpLetsOnePlayOnANarrowTerminal() {
  need_services
  type tmux >/dev/null || skip "tmux is not installed"
  up
  use_system
  trap stop_playing EXIT
  start_playing 40
  eventually 60 shows "Say something to both"
  shows Left || expect_failed "the left reply"
  shows Right || expect_failed "the right reply"
  ! shows_in_one_row Left Right || expect_failed "one reply above the other: $(screen)"
  press C-c
  eventually 60 shows "ended"
}

UpIsNeededToPlay() {
  arena play --data "$DATA_DIR"
  expect_one_sentence "./arena up starts it"
}
