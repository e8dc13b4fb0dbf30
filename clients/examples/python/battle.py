"""Plays one battle: create, stream both replies, vote, learn the names.

    apt-get install python3-grpcio python3-grpc-tools
    ./arena up --detach
    /usr/bin/python3 clients/examples/python/battle.py "What is 17 + 26?"

Addresses come from ARENA_MATCHMAKER_ADDRESS, ARENA_MODEL_GATEWAY_ADDRESS and ARENA_VOTE_INGEST_ADDRESS.
"""

import os
import pathlib
import secrets
import sys
import tempfile
import time
import uuid

import grpc
from grpc_tools import protoc

PROTO = pathlib.Path(__file__).resolve().parents[3] / "proto"
# What a battle needs. Debian's generator is too old for the `optional` fields of the leaderboards.
FILES = ["battle", "model", "vote", "matchmaker_service", "model_gateway_service", "vote_service"]


def generate_stubs():
    """A real frontend generates these at build time."""
    folder = tempfile.mkdtemp()
    files = [f"arena/v1/{name}.proto" for name in FILES]
    arguments = ["protoc", f"-I{PROTO}", f"--python_out={folder}", f"--grpc_python_out={folder}"]
    if protoc.main(arguments + files) != 0:
        sys.exit("cannot generate the stubs")
    sys.path.insert(0, folder)


def new_request_id():
    """A UUID version 7: the time in milliseconds, then random bits."""
    value = int(time.time() * 1000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def channel(variable, default):
    return grpc.insecure_channel(os.environ.get(variable, default))


def main():
    prompt = sys.argv[1] if len(sys.argv) > 1 else "What is 17 + 26?"
    generate_stubs()
    from arena.v1 import battle_pb2 as battles
    from arena.v1 import matchmaker_service_pb2 as matchmaking
    from arena.v1 import matchmaker_service_pb2_grpc as matchmaker
    from arena.v1 import model_gateway_service_pb2 as gateway_messages
    from arena.v1 import model_gateway_service_pb2_grpc as gateway
    from arena.v1 import vote_service_pb2 as voting
    from arena.v1 import vote_service_pb2_grpc as votes

    # The matchmaker stores these as keyed hashes only.
    voter = [("arena-voter", "example-voter"), ("arena-voter-address", "192.0.2.1")]
    stub = matchmaker.MatchmakerServiceStub(channel("ARENA_MATCHMAKER_ADDRESS", "127.0.0.1:50051"))
    battle = stub.CreateBattle(
        matchmaking.CreateBattleRequest(
            request_id=new_request_id(), mode=battles.BATTLE_MODE_ANONYMOUS),
        metadata=voter, timeout=10).battle

    stub = gateway.ModelGatewayServiceStub(channel("ARENA_MODEL_GATEWAY_ADDRESS", "127.0.0.1:50052"))
    replies = {battles.SIDE_LEFT: "", battles.SIDE_RIGHT: ""}
    request = gateway_messages.StreamRepliesRequest(
        battle_id=battle.battle_id, request_id=new_request_id(), prompt=prompt)
    for event in stub.StreamReplies(request, timeout=120):
        if event.HasField("delta"):
            replies[event.side] += event.delta.text
    print("left: ", replies[battles.SIDE_LEFT])
    print("right:", replies[battles.SIDE_RIGHT])

    # The same call again returns the same receipt, so a lost answer is simply asked for again.
    stub = votes.VoteServiceStub(channel("ARENA_VOTE_INGEST_ADDRESS", "127.0.0.1:50053"))
    receipt = stub.CastVote(
        voting.CastVoteRequest(battle_id=battle.battle_id, turn=1, choice=battles.CHOICE_TIE),
        timeout=10)
    print(f"{receipt.models.left} met {receipt.models.right}: position {receipt.position}")


if __name__ == "__main__":
    main()
