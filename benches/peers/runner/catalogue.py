"""Who is measured, at what: the servers, the shapes of the load, and the commands of both.

Starts nothing.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PEERS = Path("benches/peers")
BUILT = Path("target/peers/release")
PYTHON = Path("target/python-peers/bin/python")
PARLOR = "target/release/parlor"

# Events of the Socket.IO peers. The names are Parlor's, so that a frame is as long.
FOREIGN = ["--event-state", "snapshot", "--event-input", "input", "--event-join", "join"]


def pairs(options):
    return [part for name, value in options.items() for part in (f"--{name}", value)]


@dataclass(frozen=True)
class Shape:
    """So many clients in so many rooms."""

    name: str
    words: str
    clients: int
    rooms: int
    hz: int
    input_hz: float
    # Connections a second of clients that do nothing; 0: they play.
    rate: int = 0

    @property
    def options(self):
        if self.rate:
            return {"clients": self.clients, "rate": self.rate}
        return {"clients": self.clients, "rooms": self.rooms, "hz": self.hz, "input-hz": self.input_hz}


PLAYING = ("rooms", "crowd", "fanout")


@dataclass(frozen=True)
class Peer:
    """A server, and how it is started and loaded."""

    name: str
    title: str
    serve: list
    # What the server is told of the shape, by its fields.
    told: list
    load: list = field(default_factory=lambda: [PARLOR, "load", "arena", "--json", *FOREIGN])
    # Fields of the shape that are otherwise for this one.
    instead: dict = field(default_factory=dict)
    env: dict = field(default_factory=dict)
    shapes: tuple = PLAYING
    note: str = ""

    def loaded(self, shape):
        return replace(shape, **self.instead)

    def server_command(self, shape):
        shape = self.loaded(shape)
        told = {} if shape.rate else {name: getattr(shape, name) for name in self.told}
        return [str(part) for part in (*self.serve, *pairs(told))]

    def load_command(self, shape, seconds):
        options = {**self.loaded(shape).options, "seconds": seconds}
        load = [PARLOR, "load", "idle", "--json"] if shape.rate else self.load
        return [str(part) for part in (*load, *pairs(options))]


SHAPES = [
    Shape("rooms", "800 clients in rooms of 8, 30 Hz, 10 inputs/s each", 800, 100, 30, 10),
    Shape("crowd", "4,000 clients in one room, 5 Hz, 10 inputs/s each", 4000, 1, 5, 10),
    Shape("fanout", "4,000 clients in one room, 5 Hz, an input every 200 s each", 4000, 1, 5, 0.005),
    Shape("idle", "10,000 clients that connect and do nothing", 10_000, 0, 0, 0, rate=1000),
]

LIMIT, OURS, COLYSEUS = "limit", "parlor", "colyseus"

SERVERS = [
    Peer(
        LIMIT,
        "write(2) in a loop: the limit",
        [BUILT / "peer-write-loop"],
        ["hz", "rooms"],
        instead={"input_hz": 0},
        note="reads no inputs and is sent none, simulates nothing, encodes nothing but the tick and the time",
    ),
    Peer(
        OURS,
        "Parlor",
        [PARLOR, "serve", "--addr", "127.0.0.1:0", "--packs", "packs"],
        [],
        load=[PARLOR, "load", "arena", "--json"],
        # The rooms of all clients come from few addresses.
        env={"PARLOR_ROOM_ROOMS_PER_ORIGIN": "100000"},
        shapes=(*PLAYING, "idle"),
    ),
    Peer("socketioxide", "socketioxide", [BUILT / "peer-socketioxide"], ["hz"], shapes=(*PLAYING, "idle")),
    Peer(
        COLYSEUS,
        "Colyseus",
        ["node", PEERS / "node/colyseus.js"],
        ["hz"],
        load=[BUILT / "load-colyseus"],
        note="sends what has changed in an encoding of its own; all others send the whole state as JSON",
    ),
    Peer("socketio", "socket.io", ["node", PEERS / "node/socketio.js"], ["hz"], shapes=(*PLAYING, "idle")),
    Peer(
        "flask",
        "Flask-SocketIO",
        [PYTHON, PEERS / "flask/server.py"],
        ["hz"],
        shapes=("rooms",),
        instead={"clients": 160, "rooms": 20},
        note="is loaded with 160 clients: with 800 it falls behind without end",
    ),
]
