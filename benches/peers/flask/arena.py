"""The arena's rules, as Parlor's: players move on a square board and pick up coins; everybody sees the board.

Opens no sockets.
"""

import heapq
import math
import random

SIZE = 1000
COINS = 8
# How much of the board's side a player crosses in a second.
SPEED = 0.25
# How near a coin must be to be picked up.
REACH = SIZE * 0.02


def clamp(value, low, high):
    return min(max(value, low), high)


def anywhere():
    return random.uniform(0, SIZE)


class Body:
    """A player on the board."""

    __slots__ = ("id", "x", "y", "dx", "dy", "score", "seq")

    def __init__(self, id):
        self.id = id
        self.x, self.y = anywhere(), anywhere()
        self.dx = self.dy = 0.0
        self.score = self.seq = 0


class Arena:
    """A board and who is on it. A view holds no more than `visible` players, the best by score."""

    def __init__(self, hz, visible):
        self.stride = SIZE * SPEED / hz
        self.visible = visible
        self.bodies = {}
        self.coins = [[anywhere(), anywhere()] for _ in range(COINS)]

    def join(self, id):
        self.bodies[id] = Body(id)

    def leave(self, id):
        self.bodies.pop(id, None)

    def move(self, id, asked):
        """Heads this way from the next step on. What a client says is not believed."""
        body = self.bodies.get(id)
        dx, dy = asked.get("dx"), asked.get("dy")
        if body is None or not all(isinstance(n, int | float) and math.isfinite(n) for n in (dx, dy)):
            return
        dx, dy = clamp(dx, -1, 1), clamp(dy, -1, 1)
        length = max(math.hypot(dx, dy), 1)
        body.dx, body.dy, body.seq = dx / length, dy / length, asked.get("seq", 0)

    def step(self):
        for body in self.bodies.values():
            body.x = clamp(body.x + body.dx * self.stride, 0, SIZE)
            body.y = clamp(body.y + body.dy * self.stride, 0, SIZE)
            for coin in self.coins:
                if (coin[0] - body.x) ** 2 + (coin[1] - body.y) ** 2 <= REACH * REACH:
                    body.score += 1
                    coin[:] = anywhere(), anywhere()

    def view(self):
        seen = self.bodies.values()
        if len(self.bodies) > self.visible:
            seen = heapq.nlargest(self.visible, seen, key=lambda body: body.score)
        players = {b.id: {"x": round(b.x, 1), "y": round(b.y, 1), "score": b.score} for b in seen}
        coins = {id: {"x": round(x), "y": round(y)} for id, (x, y) in enumerate(self.coins)}
        return {"players": players, "coins": coins}
