"""The arena on Flask-SocketIO with gevent: rooms of the library, one broadcast to a room each tick.

Served as the library's documentation has it: gevent's WSGI server with gevent-websocket.
"""

from gevent import monkey

monkey.patch_all()

import argparse  # noqa: E402
import socket  # noqa: E402
import time  # noqa: E402

from flask import Flask, request  # noqa: E402
from flask_socketio import SocketIO, join_room  # noqa: E402
from gevent import pywsgi  # noqa: E402
from geventwebsocket.handler import WebSocketHandler  # noqa: E402

from arena import Arena  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--hz", type=float, default=30.0)
parser.add_argument("--visible", type=int, default=8)
options = parser.parse_args()

app = Flask(__name__)
socketio = SocketIO(app, async_mode="gevent", transports=["websocket"])
rooms = {}
seats = {}


class Room:
    """An arena, its members' session ids, and the greenlet that ticks it."""

    def __init__(self, code):
        self.code = code
        self.arena = Arena(options.hz, options.visible)
        self.seats = 0
        # A load opens its rooms at one moment, where those of a day would be spread evenly over a period.
        self.phase = len(rooms) * 0.6180339887498948 % 1
        socketio.start_background_task(self.run)

    def run(self):
        began, tick = time.time() + self.phase / options.hz, 0
        while rooms.get(self.code) is self:
            # At its place on the timetable, however late the one before was; ticks a second late are passed over.
            tick = max(tick + 1, int((time.time() - began - 1) * options.hz))
            due = began + tick / options.hz
            socketio.sleep(max(due - time.time(), 0))
            self.arena.step()
            state = {"tick": tick, "t": due * 1000, "state": self.arena.view()}
            socketio.emit("snapshot", state, to=self.code)


@socketio.on("join")
def join(asked):
    code = str(asked["room"])
    room = rooms.get(code)
    if room is None:
        # Known before its greenlet looks whether it still is.
        room = rooms[code] = Room(code)
    room.seats += 1
    seats[request.sid] = (room, room.seats)
    room.arena.join(room.seats)
    join_room(code)
    return {"ok": True, "room": code, "seat": room.seats}


@socketio.on("input")
def turn(asked):
    if request.sid in seats:
        room, seat = seats[request.sid]
        room.arena.move(seat, asked)


@socketio.on("disconnect")
def leave(_reason):
    if request.sid in seats:
        room, seat = seats.pop(request.sid)
        room.arena.leave(seat)
        if not room.arena.bodies:
            del rooms[room.code]


server = pywsgi.WSGIServer(("127.0.0.1", options.port), app, handler_class=WebSocketHandler, log=None)
server.init_socket()
# As Node's servers have it; whoever is let in has it from the listener.
server.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
server.start()
print(f"listening on 127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
