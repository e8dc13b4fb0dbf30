# shellcheck shell=bash
# The examples for frontend teams, against a running system.

# Exports the addresses that the examples read, from those that `up` wrote down.
use_system() {
  set -a
  # shellcheck source=/dev/null
  source "$DATA_DIR/endpoints.env"
  set +a
}

expect_a_battle() {
  [[ $OUTPUT == *"left: "*"right: "*" met "*": position 1"* ]] || expect_failed "two replies, two names, position 1"
}

UpServesThePythonExample() {
  need_services
  /usr/bin/python3 -c 'import grpc, grpc_tools' 2>/dev/null || skip "python3-grpcio and python3-grpc-tools are not installed"
  up
  use_system
  OUTPUT=$(/usr/bin/python3 "$ROOT/clients/examples/python/battle.py" "What is 2 + 2?" 2>&1)
  expect_a_battle
}

UpServesTheTypeScriptExample() {
  need_services
  type npm protoc >/dev/null || skip "npm or protoc is not installed"
  up
  use_system
  # A copy, so that nothing is left in the tree.
  mkdir -p "$WORK/clients/examples"
  cp -r "$ROOT/clients/examples/typescript" "$WORK/clients/examples/"
  ln -s "$ROOT/proto" "$WORK/proto"
  OUTPUT=$(cd "$WORK/clients/examples/typescript" && npm_trusts_the_system && timeout 180 npm ci 2>&1 &&
    npm run --silent generate 2>&1 && npm run --silent build 2>&1 && npm run --silent battle -- "What is 2 + 2?" 2>&1)
  expect_a_battle
}

# The commands of the README, word for word but for the ports.
UpServesTheBattleOfTheReadme() {
  need_services
  local buf
  buf=$(echo "$ROOT"/tools/npm/node_modules/@bufbuild/buf-linux-*/bin/buf)
  [[ -x $buf ]] || skip "buf is not installed"
  up
  use_system
  buf() { "$buf" "$@"; }
  eval "$(sed -n '/^new_id()/,/^call()/p' "$ROOT/README.md")"
  local battle
  OUTPUT=$(call "${ARENA_MATCHMAKER_ADDRESS#*:}/arena.v1.MatchmakerService/CreateBattle" \
    '{"request_id": "'"$(new_id)"'", "mode": "BATTLE_MODE_ANONYMOUS"}' 2>&1)
  battle=$(sed -n 's/.*"battleId": *"\([^"]*\)".*/\1/p' <<<"$OUTPUT")
  [[ -n $battle ]] || expect_failed "a battle id"
  OUTPUT=$(call "${ARENA_MODEL_GATEWAY_ADDRESS#*:}/arena.v1.ModelGatewayService/StreamReplies" \
    '{"battle_id": "'"$battle"'", "request_id": "'"$(new_id)"'", "prompt": "What is 17 + 26?"}' 2>&1)
  expect_output SIDE_LEFT
  expect_output SIDE_RIGHT
  OUTPUT=$(call "${ARENA_VOTE_INGEST_ADDRESS#*:}/arena.v1.VoteService/CastVote" \
    '{"battle_id": "'"$battle"'", "turn": 1, "choice": "CHOICE_LEFT"}' 2>&1)
  expect_output '"position"'
  expect_output '"left"'
}

npm_trusts_the_system() {
  local certificates=/etc/ssl/certs/ca-certificates.crt
  if [[ -r $certificates ]]; then export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-$certificates}; fi
}
