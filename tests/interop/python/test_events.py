"""Every event of the contract, by the stock Python client on each transport."""

import time
import unittest

from parlor import HOST_KEY, Client, Server

SEATED = {"ok", "room", "game", "seat", "token", "role", "hz", "tick", "time", "state", "you"}


def setUpModule():
    global server
    server = Server()


def tearDownModule():
    code = server.stop()
    assert code == 0, f"exit {code} after SIGTERM:\n" + "".join(server.said)


class Events:
    """The tests, run once for each transport."""

    transport = None

    def client(self, namespace="/"):
        client = Client(server.url, self.transport, namespace)
        self.addCleanup(lambda: self.assertEqual(client.close(), []))
        return client

    def quiz(self):
        host = self.client()
        quiz = {"game": "quiz", "role": "host", "key": HOST_KEY, "private": True, "options": {"pack": "kinds"}}
        self.assertEqual(set(host.does("create", quiz)), SEATED)
        return host

    def player(self, room, name, **more):
        player = self.client()
        self.assertEqual(set(player.does("join", {"room": room, "name": name, **more})), SEATED)
        return player

    def refused(self, code, client, event, payload=None):
        ack = client.ask(event, payload)
        self.assertEqual((ack["ok"], ack["code"]), (False, code), f"{event} {payload}: {ack}")
        self.assertRegex(ack["message"], r"\S")

    def test_requests_and_refusals(self):
        host = self.quiz()
        client = self.client()
        self.refused("bad_key", client, "create", {"game": "quiz", "role": "host", "options": {"pack": "kinds"}})
        self.refused("unknown_game", client, "create", {"game": "chess", "name": "Ann"})
        self.refused("name_empty", client, "join", {"room": host.room, "name": ""})
        self.refused("not_seated", client, "leave", {})
        for event in ["create", "join", "resume", "input", "clock", "chat"]:
            # Of `clock` nothing is required.
            for payload in [[], "text", 7] + ([None] if event != "clock" else []):
                self.assertIs(client.ask(event, payload)["ok"], False, f"{event} {payload}")
        ack = client.does("clock", {"t0": 12.5})
        self.assertEqual(ack["t0"], 12.5)
        self.assertLess(abs(ack["t1"] - time.time() * 1000), 5000)
        self.assertIsInstance(client.does("rooms", {})["rooms"], list)

    def test_seats(self):
        host = self.quiz()
        ann = self.player(host.room, "Ann")
        host.hears("players", lambda told: any(row["name"] == "Ann" for row in told.get("joined", [])))
        self.refused("name_taken", self.client(), "join", {"room": host.room, "name": "Ann"})
        ann.does("chat", {"text": "hello"})
        line = host.hears("chat")
        self.assertEqual((line["seat"], line["name"], line["text"]), (ann.seat, "Ann", "hello"))
        back = self.client()
        self.assertEqual(back.does("resume", {"token": ann.token})["seat"], ann.seat)
        self.assertEqual(ann.hears("closed")["reason"], "replaced")
        back.does("leave", {})
        self.refused("unknown_token", back, "resume", {"token": ann.token})

    def test_quiz(self):
        host = self.quiz()
        ann = self.player(host.room, "Ann")
        ben = self.player(host.room, "Ben", sync="snapshot")
        host.does("input", {"type": "start"})
        for index, (right, wrong) in enumerate(
            [({"choice": 1}, {"choice": 0}), ({"choices": [0, 2]}, {"choices": [1]}), ({"choice": 0}, {"choice": 1})]
        ):
            for player in (ann, ben):
                player.sees(lambda state: state["phase"] == "question" and state["index"] == index)
            self.assertNotIn("correct", str(ann.state))
            timer = ann.hears("timer", lambda told: told["phase"] == "question" and told["running"])
            self.assertGreater(timer["leftMs"], 5000)
            self.assertEqual(set(ann.does("input", {"type": "answer", "index": index, **right})), {"ok", "tick"})
            self.assertIs(ann.ask("input", {"type": "answer", "index": index, **wrong})["ok"], False)
            ben.does("input", {"type": "answer", "index": index, **wrong})
            ann.sees(lambda state: state["phase"] == "reveal")
            self.assertGreater(ann.hears("you", lambda you: you.get("correct") is True)["gain"], 0)
            self.assertEqual(ben.hears("you", lambda you: you.get("correct") is False)["gain"], 0)
            host.hears("score", lambda told: told["total"] == 2)
            for client in (host, ann, ben):
                client.forget()
            host.does("input", {"type": "next"})
            state = host.sees(lambda state: state["phase"] != "reveal")
            if state["phase"] == "leaderboard":
                host.does("input", {"type": "next"})
        ann.sees(lambda state: state["phase"] == "podium")
        self.assertEqual([row["name"] for row in ann.state["leaderboard"]], ["Ann", "Ben"])
        host.does("input", {"type": "end"})
        self.assertEqual(ann.hears("closed")["reason"], "ended")

    def test_arena_and_lobby(self):
        lobby = self.client("/lobby")
        ann = self.client()
        options = {"seats": 2, "size": 100, "coins": 40}
        ann.does("create", {"game": "arena", "name": "Ann", "options": options})
        lobby.hears("rooms", lambda told: any(row["room"] == ann.room for row in told["rooms"]))
        ben = self.client()
        seated = ben.does("join", {"room": ann.room, "name": "Ben", "sync": "snapshot"})
        self.assertEqual(set(seated), SEATED | {"options"})
        self.assertEqual(seated["options"], options)
        self.refused("room_full", self.client(), "join", {"room": ann.room, "name": "Cat"})
        ann.does("input", {"type": "move", "seq": 1, "dx": 1, "dy": 0})
        ann.hears("you", lambda you: you["seq"] == 1)
        ben.hears("snapshot")
        ann.hears("delta")
        self.assertEqual(len(ann.state["players"]), 2)
        matched = self.client().does("join", {"game": "arena", "name": f"Cat by {self.transport}"})
        self.assertEqual(matched["game"], "arena")


class Polling(Events, unittest.TestCase):
    """Long-polling only."""

    transport = "polling"


class WebSocket(Events, unittest.TestCase):
    """WebSocket only."""

    transport = "websocket"


class Upgrade(Events, unittest.TestCase):
    """Long-polling, then WebSocket."""

    transport = "upgrade"


if __name__ == "__main__":
    unittest.main()
