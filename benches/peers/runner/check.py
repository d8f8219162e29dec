"""Do the peers do the work? A stock client sits in a room with clients of the load generator: it must see all of them move,
and must be told as many states as each of them counts.

Measures no speed.
"""

import json
import subprocess

from catalogue import COLYSEUS, LIMIT, OURS, PEERS, ROOT, Shape, pairs
from measure import Failure, Server, run

SECONDS = 2
# The two begin and end at different moments of a tick, and a busy machine is late.
APART = 0.1
OTHERS = 7
ROOM = Shape("check", "8 clients in a room", OTHERS, 1, 30, 10)


def works(peer, cores):
    """What the stock client saw, and whether it agrees with what the load generator counted."""
    print(f"check        {peer.name:<13}", end=" ", flush=True)
    try:
        theirs, ours = beside(peer, cores)
    except (Failure, subprocess.TimeoutExpired, json.JSONDecodeError) as error:
        print(f"failed: {error}", flush=True)
        return {"agree": False, "failure": str(error)}
    stock, counted = theirs["states"] / theirs["seconds"], ours["delivered"] / OTHERS / SECONDS
    agree = theirs["moved"] == OTHERS + 1 and counted > 0 and abs(stock / counted - 1) < APART
    print(
        f"a stock client was told {stock:.1f} states a second, ours {counted:.1f}; "
        f"{theirs['moved']} players moved{'' if agree else ': THEY DIFFER'}",
        flush=True,
    )
    return {"agree": agree, "stock_hz": stock, "ours_hz": counted, "players_that_moved": theirs["moved"]}


def checked(peer):
    """The limit does not do the work; Parlor's is judged by its own tests, with stock clients."""
    return peer.name not in (LIMIT, OURS)


def beside(peer, cores):
    kind = "colyseus" if peer.name == COLYSEUS else "socketio"
    with Server(peer, ROOM, cores[0]) as server:
        stock = subprocess.Popen(
            ["node", PEERS / "node/stock.js", kind, server.addr, str(SECONDS)], cwd=ROOT, stdout=subprocess.PIPE
        )
        try:
            load = (*peer.load, *pairs({**ROOM.options, "seconds": SECONDS, "addr": server.addr}))
            ours = run([str(part) for part in load], 60)
            said, _ = stock.communicate(timeout=60)
        finally:
            stock.kill()
            stock.wait()
    return json.loads(said), ours
