"""A `parlor serve` of one suite's own, and a stock python-socketio client with a memory.

Judges nothing; what is heard is judged by the tests.
"""

import asyncio
import functools
import os
import pathlib
import queue
import re
import subprocess
import threading
import time

import socketio

HOST_KEY = "the-host-key-of-these-tests"
PACKS = pathlib.Path(__file__).resolve().parent.parent / "packs"
WAIT_S = 20.0
TRANSPORTS = {"polling": ["polling"], "websocket": ["websocket"], "upgrade": ["polling", "websocket"]}


class Server:
    """Starts the binary of PARLOR_BIN on a port that the system chooses; stopped by its process."""

    def __init__(self):
        self.process = subprocess.Popen(
            [os.environ["PARLOR_BIN"], "serve", "--addr", "127.0.0.1:0", "--packs", str(PACKS), "--host-key", HOST_KEY],
            # Suites make as many mistakes and rooms in a minute, from one address, as no person does.
            env={
                **os.environ,
                "PARLOR_LIMITS_MISTAKES_PER_MINUTE": "100000",
                "PARLOR_ROOM_ROOMS_PER_ORIGIN": "10000",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = []
        lines = queue.Queue()
        threading.Thread(target=self._read, args=(lines,), daemon=True).start()
        deadline = time.monotonic() + WAIT_S
        while True:
            line = lines.get(timeout=max(0.0, deadline - time.monotonic()))
            if line is None:
                raise RuntimeError("the server ended early:\n" + "".join(self.said))
            found = re.search(r"listening on (\S+)", line)
            if found:
                self.url = f"http://{found[1]}"
                return

    def _read(self, lines):
        for line in self.process.stdout:
            self.said.append(line)
            lines.put(line)
        lines.put(None)

    def stop(self):
        """Ends it as an operator would, and gives its exit code."""
        self.process.terminate()
        code = self.process.wait(WAIT_S)
        self.process.stdout.close()
        return code


LOOP = asyncio.new_event_loop()
threading.Thread(target=LOOP.run_forever, daemon=True).start()


def wait_for(work):
    """What this comes to on the clients' loop."""
    return asyncio.run_coroutine_threadsafe(work, LOOP).result(WAIT_S)


class Client:
    """A connected client. Its state is put together from what it hears.

    It is the one with asyncio, on a loop of its own: the one with threads handles each packet in another thread, so that
    events overtake each other.
    """

    def __init__(self, url, transport, namespace="/"):
        self.namespace = namespace
        self.log = []
        self.faults = []
        self.state = None
        self.tick = None
        self.heard = threading.Condition()
        self.socket = socketio.AsyncClient(reconnection=False)
        self.socket.on("*", self._event, namespace=namespace)
        wait_for(self.socket.connect(url, transports=TRANSPORTS[transport], namespaces=[namespace], wait_timeout=WAIT_S))
        expected = "polling" if transport == "polling" else "websocket"
        if self.socket.transport() != expected:
            raise AssertionError(f"came by {self.socket.transport()}, and asked for {transport}")

    def _event(self, event, *args):
        payload = args[0] if args else None
        with self.heard:
            if event == "snapshot":
                self._hold(payload["tick"], payload["state"])
            elif event == "delta":
                if payload["base"] != self.tick:
                    self.faults.append(f"delta from {payload['base']}, and we hold {self.tick}")
                self._hold(payload["tick"], merged(self.state, payload["patch"]))
            self.log.append((event, payload))
            self.heard.notify_all()

    def _hold(self, tick, state):
        self.tick, self.state = tick, state

    def ask(self, event, payload=None):
        """Asks, and gives the acknowledgement, whatever it says."""
        answered = queue.Queue()
        callback = functools.partial(self._answer, answered)
        wait_for(self.socket.emit(event, payload, namespace=self.namespace, callback=callback))
        return answered.get(timeout=WAIT_S)

    def _answer(self, answered, ack):
        with self.heard:
            if ack.get("ok") and "state" in ack:
                self._hold(ack["tick"], ack["state"])
                self.room, self.seat, self.token = ack["room"], ack["seat"], ack["token"]
            self.heard.notify_all()
        answered.put(ack)

    def does(self, event, payload=None):
        """Asks for what must be granted."""
        ack = self.ask(event, payload)
        if ack.get("ok") is not True:
            raise AssertionError(f"{event} {payload}: {ack}")
        return ack

    def hears(self, event, test=lambda payload: True):
        """The first such event, heard already or yet to come."""

        def found():
            return next((payload for name, payload in self.log if name == event and test(payload)), None)

        return self._until(found, event)

    def sees(self, test):
        """The state, as soon as it passes the test."""
        return self._until(lambda: self.state if self.state is not None and test(self.state) else None, "a state")

    def _until(self, found, what):
        with self.heard:
            if not self.heard.wait_for(lambda: found() is not None, WAIT_S):
                raise AssertionError(f"waited for {what}; state {self.state}; heard {self.log[-6:]}")
            return found()

    def forget(self):
        """Forgets what was heard."""
        with self.heard:
            self.log.clear()

    def close(self):
        """Disconnects, and says what did not fit together."""
        wait_for(self.socket.disconnect())
        return self.faults


def merged(target, patch):
    """An RFC 7396 merge patch, applied to a copy."""
    if not isinstance(patch, dict):
        return patch
    out = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            out.pop(key, None)
        else:
            out[key] = merged(out.get(key), value)
    return out
