"""The table of cases by the stock Python client, its asyncio one. Run by world.js, which says in PARLOR_WORLD where to go.

Judges by the table alone, and knows nothing of the servers. The client with threads handles each packet in a thread of its own,
so that events overtake each other, and attachments what they belong to: nothing can be asked of it that must be in order.
"""

import asyncio
import base64
import json
import os
import pathlib
import ssl
import unittest

import aiohttp
import socketio

CLIENT = "python-socketio"
WAIT_S = 15.0
TRANSPORTS = {"polling": ["polling"], "websocket": ["websocket"], "upgrade": ["polling", "websocket"]}
TABLE = json.loads((pathlib.Path(__file__).parent / "cases.json").read_text())


def sent(value):
    """A value of the table as it is sent."""
    if isinstance(value, list):
        return [sent(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "$bytes" in value:
        return base64.b64decode(value["$bytes"])
    if "$text" in value:
        return "x" * value["$text"]
    return {key: sent(each) for key, each in value.items()}


def matches(came, value):
    """Whether what came is this value of the table."""
    if isinstance(value, list):
        return isinstance(came, (list, tuple)) and len(came) == len(value) and all(map(matches, came, value))
    if not isinstance(value, dict):
        return isinstance(came, bool) is isinstance(value, bool) and came == value
    if "$any" in value:
        return True
    if "$bytes" in value or "$text" in value:
        return came == sent(value)
    said = {key: each for key, each in value.items() if key != "$more"}
    if not isinstance(came, dict) or not ("$more" in value or came.keys() == said.keys()):
        return False
    return all(key in came and matches(came[key], each) for key, each in said.items())


class Connection:
    """One connection, and the namespaces of it."""

    def __init__(self, run, namespaces):
        trusted = ssl.create_default_context(cafile=run.way["caFile"]) if "caFile" in run.way else True
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusted))
        self.socket = socketio.AsyncClient(
            reconnection_delay=0.05,
            reconnection_delay_max=0.2,
            randomization_factor=0,
            serializer="msgpack" if run.parser == "msgpack" else "default",
            http_session=self.session,
        )
        for namespace in namespaces:
            for event in ["connect", "disconnect", "connect_error"]:
                self.socket.on(event, run.hears(namespace, event), namespace=namespace)
            self.socket.on("*", run.hears(namespace), namespace=namespace)

    async def open(self, run, namespaces, auth):
        await self.socket.connect(
            run.way["url"], auth=auth, namespaces=namespaces, transports=TRANSPORTS[run.kind], wait_timeout=WAIT_S
        )

    async def close(self):
        await self.socket.shutdown()
        await self.session.close()


class Run:
    """One case."""

    def __init__(self, way, kind, parser):
        self.way, self.kind, self.parser = way, kind, parser
        self.opened = []
        self.sockets = {}
        self.answers = {}
        self.heard = []
        self.more = asyncio.Event()

    async def play(self, steps, carried):
        steps = list(steps)
        try:
            # Those that are joined first share a connection, and then their auth.
            first = []
            while steps and "connect" in steps[0]:
                first.append(steps.pop(0))
            await self.connect([step["connect"] for step in first], first[0].get("auth"))
            for step in steps:
                try:
                    await self.step(step)
                except Exception as error:
                    raise AssertionError(f"{json.dumps(step)[:300]}: {error!r}") from error
            for socket in self.sockets.values():
                if socket.connected and socket.transport() != carried:
                    raise AssertionError(f"carried by {socket.transport()}, not {carried}")
        finally:
            for connection in self.opened:
                await connection.close()

    async def open(self, namespaces, auth):
        connection = Connection(self, namespaces)
        self.opened.append(connection)
        await connection.open(self, namespaces, auth)
        return connection.socket

    async def connect(self, namespaces, auth):
        socket = await self.open(namespaces, auth)
        for namespace in namespaces:
            self.sockets[namespace] = socket
            await self.until(namespace, "connect")

    async def step(self, step):
        at = step.get("at", "/")
        if "connect" in step:
            await self.connect([step["connect"]], step.get("auth"))
        elif "refused" in step:
            await self.refused(step)
        elif "emit" in step:
            event, *args = sent(step["emit"])
            await self.sockets[at].emit(event, tuple(args), namespace=at)
        elif "hear" in step:
            event, *args = step["hear"]
            await self.until(at, event, args)
        elif "ask" in step:
            await self.ask(at, step)
        elif "answer" in step:
            self.answers[step["answer"]] = tuple(sent(step["with"]))
        elif "burst" in step:
            for n in range(step["burst"]):
                await self.sockets[at].emit("echo", n, namespace=at)
            for n in range(step["burst"]):
                came = await self.until(at, "echo")
                if came != (n,):
                    raise AssertionError(f"{came} came, and it was {n}'s turn")
        elif "gone" in step:
            await self.until(step["gone"], "disconnect", ["server disconnect"])
        elif "restart" in step:
            self.heard = [each for each in self.heard if each[1] != "connect"]
            async with aiohttp.request("POST", f"{self.way['restart']}/{step['restart']}") as answer:
                answer.raise_for_status()
        elif "back" in step:
            await self.until(step["back"], "connect")
        else:
            raise AssertionError("the runner does not know this step")

    async def refused(self, step):
        try:
            await self.open([step["refused"]], step.get("auth"))
        except socketio.exceptions.ConnectionError:
            (came,) = await self.until(step["refused"], "connect_error")
            if not matches(came, step["error"]):
                raise AssertionError(f"refused with {came}") from None
        else:
            raise AssertionError("it was let in")

    async def ask(self, at, step):
        event, *args = sent(step["ask"])
        answered = asyncio.get_running_loop().create_future()
        answer = lambda *came: answered.set_result(came)
        await self.sockets[at].emit(event, tuple(args), namespace=at, callback=answer)
        came = await asyncio.wait_for(answered, WAIT_S)
        if not matches(came, step["gives"]):
            raise AssertionError(f"acknowledged with {str(came)[:500]}")

    def hears(self, namespace, event=None):
        """A listener, of one event or of any."""

        def heard(*args):
            name, args = (event, args) if event else (args[0], args[1:])
            self.heard.append((namespace, name, args))
            self.more.set()
            return self.answers.get(name)

        return heard

    async def until(self, namespace, event, args=None):
        """The arguments of such an event, heard already or yet to come, which is forgotten."""

        def fits(each):
            return each[:2] == (namespace, event) and (args is None or matches(each[2], args))

        async def found():
            while (each := next(filter(fits, self.heard), None)) is None:
                self.more.clear()
                await self.more.wait()
            self.heard.remove(each)
            return each[2]

        try:
            return await asyncio.wait_for(found(), WAIT_S)
        except asyncio.TimeoutError:
            raise AssertionError(f"waited {WAIT_S} s; heard {str(self.heard)[:1000]}") from None


def load_tests(_loader, _tests, _pattern):
    """One test for each case, transport, parser and way."""
    about = TABLE["clients"][CLIENT]
    suite = unittest.TestSuite()
    for way in json.loads(os.environ["PARLOR_WORLD"]):
        for kind, carried in TABLE["ways"][way["name"]].items():
            for parser in about["parsers"]:
                for case in TABLE["cases"]:
                    if case["server"] == way["server"]:
                        suite.addTest(Case(way, kind, carried, parser, case, about["lacks"]))
    return suite


class Case(unittest.IsolatedAsyncioTestCase):
    """One case on one way."""

    def __init__(self, way, kind, carried, parser, case, lacks):
        super().__init__("play")
        self.way, self.kind, self.carried, self.parser, self.case, self.lacks = way, kind, carried, parser, case, lacks

    def __str__(self):
        return f"{CLIENT}, {self.parser}, {self.kind}, {self.way['name']}, {self.way['server']}: {self.case['name']}"

    async def play(self):
        for need in [self.kind, *self.case.get("needs", [])]:
            for lack in [need, f"{need} by {self.carried}"]:
                if lack in self.lacks:
                    self.skipTest(self.lacks[lack])
        await Run(self.way, self.kind, self.parser).play(self.case["steps"], self.carried)


if __name__ == "__main__":
    unittest.main(verbosity=2)
