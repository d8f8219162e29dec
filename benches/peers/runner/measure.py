"""One measurement: a server on one core, its load on another, and what came of it.

Every step ends by itself or is ended; a server is stopped by its own process id.
"""

import json
import os
import re
import resource
import shlex
import subprocess
import time

from catalogue import ROOT

START_S = 20
STOP_S = 10
LOGS = ROOT / "target/peers/logs"


class Failure(Exception):
    """Why a measurement came to nothing, in words for the table."""


class Server:
    """A running server; leaving the `with` stops it."""

    def __init__(self, peer, shape, core):
        self.command = ["taskset", "-c", str(core), *peer.server_command(shape)]
        self.env = peer.env
        LOGS.mkdir(parents=True, exist_ok=True)
        self.log = LOGS / f"{peer.name}.log"

    def __enter__(self):
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env={**os.environ, **self.env}, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            self.addr = self._listening()
        except BaseException:
            self.stop()
            raise
        return self

    def _listening(self):
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            found = re.search(r"listening on (\S+:\d+)", self.log.read_text(errors="replace"))
            if found:
                return found[1]
            if self.process.poll() is not None:
                raise Failure(f"the server ended with {self.process.returncode}: see {self.log.relative_to(ROOT)}")
            time.sleep(0.05)
        raise Failure(f"the server did not listen within {START_S} s")

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()


def raise_file_limit():
    """What is started from here on may have as many sockets as the system lets it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def written(env, command):
    """A command as one types it."""
    return " ".join([*(f"{name}={value}" for name, value in env.items()), shlex.join(command)])


def measure(peer, shape, seconds, cores):
    """Runs one server under one load. Gives the figures, or raises Failure."""
    with Server(peer, shape, cores[0]) as server:
        load = ["taskset", "-c", str(cores[1]), *peer.load_command(shape, seconds)]
        load += ["--addr", server.addr, "--pid", str(server.process.pid)]
        # The connecting may take 20 s and one for each 100 clients; the rest is settling, and saying goodbye.
        patience = 20 + shape.clients / 100 + seconds + 20
        said = run(load, patience)
        if server.process.poll() is not None:
            raise Failure(f"the server ended with {server.process.returncode} under the load")
    return figures(said)


def run(command, patience):
    """Runs a command that prints JSON."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=patience, check=False)
    except subprocess.TimeoutExpired:
        raise Failure(f"the load was not over after {patience:.0f} s") from None
    if done.returncode != 0:
        raise Failure(f"the load failed: {' '.join(done.stderr.split())[:200]}")
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError as error:
        raise Failure(f"the load said no JSON: {error}") from None


def figures(said):
    """What is compared, from what the load generator says. CPU counts by the states that arrived while it was counted."""
    server, messages, states = said["server"], said["messages"], said["states"]
    if said["joined"] < said["clients"]:
        raise Failure(f"{said['joined']} of {said['clients']} clients got in: {said['fault'] or 'the others were kept waiting'}")
    memory = {"connection_kib": server["client_kib"], "rest_kib": server["rest_kib"]}
    if said.get("scenario") == "idle":
        return memory
    if not states:
        raise Failure("no state arrived")
    each = messages / states
    user, system = server["user_us_per_message"] * each, server["system_us_per_message"] * each
    latency = said["latency"] or {}
    return {
        "user_us": user,
        "system_us": system,
        "total_us": user + system,
        "message_us": (user + system) / each,
        "delivered": said["delivered"] / said["expected"],
        "p50_ms": latency.get("p50_ms"),
        "p99_ms": latency.get("p99_ms"),
        "p999_ms": latency.get("p999_ms"),
        **memory,
        "message_bytes": said["bytes_per_message"],
        "messages_per_state": each,
        "server_cores": server["cores"],
        "load_cores": said["generator_cores"],
        "closed": said["closed"],
    }
