// The arena: a room that ticks, seen as snapshots and as deltas, and the public lobby that lists it.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { serve } from "./server.js";
import { everyKind } from "./table.js";

let server;
before(async () => {
  server = await serve();
});
after(() => server.stop());

everyKind("players move, and snapshots and deltas tell the same", () => server, async (table) => {
  const ann = await table.client();
  const options = { hz: 30, size: 400, seats: 4, coins: 6 };
  const made = await ann.does("create", { game: "arena", name: "Ann", private: true, options });
  assert.deepEqual([made.game, made.role, made.hz], ["arena", "player", 30]);
  const ben = await table.client();
  await ben.does("join", { room: ann.room, name: "Ben", sync: "snapshot" });
  await ann.sees((state) => Object.keys(state.players).length === 2);

  const from = ann.state.players[ann.seat].x;
  const away = from > 200 ? -1 : 1;
  const { tick } = await ann.does("input", { type: "move", seq: 1, dx: away * 50, dy: 0 });
  assert.ok(Number.isSafeInteger(tick) && tick >= made.tick);
  await ann.hears("you", (you) => you.seq === 1);
  await ann.sees((state) => Math.abs(state.players[ann.seat].x - from) > 5);
  const { x, y, score } = ann.state.players[ann.seat];
  assert.ok([x, y, score].every(Number.isFinite));
  for (const coin of Object.values(ann.state.coins)) assert.ok(Number.isFinite(coin.x) && Number.isFinite(coin.y));
  assert.equal(Object.keys(ann.state.coins).length, 6);

  // Both hold a state of the same tick at some time; there they are equal.
  await ann.does("input", { type: "move", seq: 2, dx: 0, dy: 0 });
  const seen = new Map();
  const note = (client) => () => {
    const mine = JSON.stringify(sorted(client.state));
    const other = seen.get(client.tick);
    if (other?.client !== undefined && other.client !== client) {
      assert.equal(mine, other.state);
      compared += 1;
    }
    seen.set(client.tick, { client, state: mine });
  };
  let compared = 0;
  ann.socket.on("delta", note(ann));
  ben.socket.on("snapshot", note(ben));
  for (let seq = 3; compared < 3; seq += 1) {
    assert.ok(seq < 400, "two clients never held the same tick");
    await ann.does("input", { type: "move", seq, dx: seq % 2 ? 1 : -1, dy: 1 });
  }
  assert.ok(ben.all("snapshot").every((snapshot) => typeof snapshot.t === "number" && snapshot.state));
  assert.equal(ben.all("delta").length, 0, "sync: snapshot gets no deltas");
  // Two ticks may pass between two polls: then a client has fallen behind.
  if (table.kind.transport !== "polling") {
    assert.equal(ann.all("snapshot").length, 1, "sync: delta gets the first, and others only when it fell behind");
  }

  await ben.does("leave", {});
  await ann.sees((state) => Object.keys(state.players).length === 1);
  await ann.refused("bad_input", "input", { type: "fly" });
});

everyKind("a coin taken is a score told", () => server, async (table) => {
  const ann = await table.client();
  await ann.does("create", { game: "arena", name: "Ann", private: true, options: { hz: 60, size: 100, seats: 2, coins: 40 } });
  let seq = 0;
  const scored = ann.hears("score", (told) => told.scores.some((row) => row.score > 0));
  let done = false;
  scored.finally(() => (done = true)).catch(() => {});
  while (!done) {
    seq += 1;
    const me = ann.state.players[ann.seat];
    const [coin] = Object.values(ann.state.coins).sort((a, b) => distance(a, me) - distance(b, me));
    await ann.does("input", { type: "move", seq, dx: coin.x - me.x, dy: coin.y - me.y });
  }
  const told = await scored;
  assert.equal(told.total, 1);
  assert.deepEqual(Object.keys(told.scores[0]).sort(), ["gain", "name", "rank", "score", "seat"]);
  assert.deepEqual([told.scores[0].name, told.scores[0].rank], ["Ann", 1]);
  assert.equal(typeof told.tick, "number");
});

everyKind("quick match finds a public room, and a full one is full", () => server, async (table) => {
  const options = { seats: 2, size: 100 + Math.floor(Math.random() * 900) };
  const [ann, ben, cat] = await Promise.all([table.client(), table.client(), table.client()]);
  await ann.does("create", { game: "arena", name: "Ann", private: true, options });
  await ben.does("join", { room: ann.room, name: "Ben" });
  await cat.refused("room_full", "join", { room: ann.room, name: "Cat" });
  const matched = await cat.does("join", { game: "arena", name: `Cat, ${table.kind.name}` });
  assert.equal(matched.game, "arena");
  assert.notEqual(matched.room, ann.room, "a private room is not for quick match");
  const { rooms } = await cat.does("rooms", { game: "arena" });
  assert.ok(rooms.some((each) => each.room === matched.room));
});

everyKind("the lobby's namespace is told of public rooms", () => server, async (table) => {
  const watcher = await table.client({ namespace: "/lobby" });
  await watcher.hears("rooms", (told) => Array.isArray(told.rooms));
  const ann = await table.client();
  await ann.does("create", { game: "arena", name: "Ann", options: { seats: 3 } });
  const told = await watcher.hears("rooms", ({ rooms }) => rooms.some((each) => each.room === ann.room));
  const row = told.rooms.find((each) => each.room === ann.room);
  assert.deepEqual(Object.keys(row).sort(), ["capacity", "game", "phase", "players", "room"]);
  assert.equal(row.capacity, 3);
  watcher.forget();
  await ann.does("leave", {});
  await watcher.hears("rooms", ({ rooms }) => !rooms.some((each) => each.room === ann.room && each.players > 0));
});

function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** The same value with its keys in order, so that equal states have equal text. */
function sorted(value) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}
