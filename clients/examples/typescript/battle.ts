// Plays one battle: create, stream both replies, vote, learn the names.
//
//   apt-get install npm
//   ./arena up --detach
//   cd clients/examples/typescript && npm ci && npm run generate && npm run build
//   npm run --silent battle -- "What is 17 + 26?"
//
// Addresses come from ARENA_MATCHMAKER_ADDRESS, ARENA_MODEL_GATEWAY_ADDRESS and ARENA_VOTE_INGEST_ADDRESS.

import { randomBytes } from "node:crypto";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { BattleMode, Choice, Side } from "./gen/arena/v1/battle_pb.js";
import { MatchmakerService } from "./gen/arena/v1/matchmaker_service_pb.js";
import { ModelGatewayService } from "./gen/arena/v1/model_gateway_service_pb.js";
import { VoteService } from "./gen/arena/v1/vote_service_pb.js";

function transport(variable: string, fallback: string) {
  return createGrpcTransport({ baseUrl: `http://${process.env[variable] ?? fallback}` });
}

// A UUID version 7: the time in milliseconds, then random bits.
function newRequestId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

const prompt = process.argv[2] ?? "What is 17 + 26?";
const matchmaker = createClient(MatchmakerService, transport("ARENA_MATCHMAKER_ADDRESS", "127.0.0.1:50051"));
const gateway = createClient(ModelGatewayService, transport("ARENA_MODEL_GATEWAY_ADDRESS", "127.0.0.1:50052"));
const votes = createClient(VoteService, transport("ARENA_VOTE_INGEST_ADDRESS", "127.0.0.1:50053"));

// The matchmaker stores these as keyed hashes only.
const voter = { "arena-voter": "example-voter", "arena-voter-address": "192.0.2.1" };
const { battle } = await matchmaker.createBattle(
  { requestId: newRequestId(), mode: BattleMode.ANONYMOUS },
  { headers: voter, timeoutMs: 10_000 },
);
const battleId = battle!.battleId;

const replies = { [Side.LEFT]: "", [Side.RIGHT]: "", [Side.UNSPECIFIED]: "" };
const stream = gateway.streamReplies({ battleId, requestId: newRequestId(), prompt }, { timeoutMs: 120_000 });
for await (const { side, event } of stream) {
  if (event.case === "delta") replies[side] += event.value.text;
}
console.log("left: ", replies[Side.LEFT]);
console.log("right:", replies[Side.RIGHT]);

// The same call again returns the same receipt, so a lost answer is simply asked for again.
const receipt = await votes.castVote({ battleId, turn: 1, choice: Choice.TIE }, { timeoutMs: 10_000 });
console.log(`${receipt.models!.left} met ${receipt.models!.right}: position ${receipt.position}`);
process.exit(0);
