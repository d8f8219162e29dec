"""Colyseus's load generator, held against Colyseus's own client: both sit in one room and must get as many states.

Measures no speed.
"""

import json
import subprocess

from catalogue import PEERS, ROOT, SERVERS, Shape
from measure import Failure, Server, run

SECONDS = 2
# The two begin and end at different moments of a tick.
APART = 0.1
ROOM = Shape("check", "8 clients in a room", 7, 1, 30, 10)


def colyseus(cores):
    """States a second of a stock client and of ours, and whether they agree."""
    peer = next(peer for peer in SERVERS if peer.name == "colyseus")
    print("check   colyseus: a stock client beside ours", end=" ", flush=True)
    try:
        with Server(peer, ROOM, cores[0]) as server:
            stock = subprocess.Popen(
                ["node", PEERS / "node/colyseus_stock.js", server.addr, str(SECONDS)], cwd=ROOT, stdout=subprocess.PIPE
            )
            try:
                ours = run([*peer.load_command(ROOM, SECONDS), "--addr", server.addr], 60)
                said, _ = stock.communicate(timeout=60)
            finally:
                stock.kill()
                stock.wait()
        theirs = json.loads(said)
    except (Failure, subprocess.TimeoutExpired, json.JSONDecodeError) as error:
        print(f"failed: {error}")
        return {"agree": False, "failure": str(error)}
    rates = theirs["states"] / theirs["seconds"], ours["delivered"] / ROOM.clients / SECONDS
    agree = abs(rates[0] / rates[1] - 1) < APART if rates[1] else False
    moved = theirs["moved"] > 1
    print(f"{rates[0]:.1f} and {rates[1]:.1f} states a second{'' if agree and moved else ': THEY DIFFER'}")
    return {"agree": agree, "stock_hz": rates[0], "ours_hz": rates[1], "players_that_moved": theirs["moved"]}
