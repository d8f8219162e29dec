// Seats: create, join, resume, leave, and what is refused of them; clock, rooms and chat.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { HOST_KEY, serve } from "./server.js";
import { everyKind } from "./table.js";

let server;
before(async () => {
  server = await serve();
});
after(() => server.stop());

const SEATED = ["game", "hz", "ok", "role", "room", "seat", "state", "tick", "time", "token", "you"];

everyKind("a host creates a quiz with the key", () => server, async (table) => {
  const host = await table.client();
  const quiz = { game: "quiz", role: "host", options: { pack: "kinds" } };
  await host.refused("bad_key", "create", quiz);
  await host.refused("bad_key", "create", { ...quiz, key: "guessed" });
  await host.refused("unknown_game", "create", { game: "chess", name: "Ann" });
  await host.refused("bad_options", "create", { game: "arena", name: "Ann", options: { hz: "fast" } });
  const unknown = await host.ask("create", { ...quiz, key: HOST_KEY, options: { pack: "nowhere" } });
  assert.equal(unknown.ok, false);

  const before = Date.now();
  const ack = await host.does("create", { ...quiz, key: HOST_KEY });
  assert.deepEqual(Object.keys(ack).sort(), SEATED);
  assert.match(ack.room, /^\d{6}$/);
  assert.equal(ack.game, "quiz");
  assert.equal(ack.role, "host");
  assert.equal(typeof ack.seat, "number");
  assert.ok(ack.token.length >= 16);
  assert.ok(ack.time > before - 2000 && ack.time < Date.now() + 2000, `${ack.time} is the server's clock`);
  assert.equal(ack.state.phase, "lobby");
});

everyKind("players join by code, and faults are said", () => server, async (table) => {
  const host = await table.quiz();
  const player = await table.client();
  const spaced = `${host.room.slice(0, 3)} ${host.room.slice(3)}`;
  await player.refused("unknown_room", "join", { room: host.room === "000000" ? "000001" : "000000", name: "Ann" });
  await player.refused("name_empty", "join", { room: host.room, name: "  " });
  await player.refused("name_too_long", "join", { room: host.room, name: "x".repeat(500) });
  await player.refused("name_invalid", "join", { room: host.room, name: "A\u202Enn" });
  await player.refused("bad_key", "join", { room: host.room, name: "Ann", role: "host" });
  await player.refused("not_seated", "input", { type: "answer", index: 0, choice: 0 });
  await player.refused("not_seated", "leave", {});
  const ack = await player.does("join", { room: spaced, name: "Ann" });
  assert.deepEqual(Object.keys(ack).sort(), SEATED);
  assert.equal(ack.role, "player");
  assert.equal(ack.room, host.room);

  const other = await table.client();
  await other.refused("name_taken", "join", { room: host.room, name: "Ann" });
  await other.refused("name_taken", "join", { room: host.room, name: "аnn".replace("а", "A") });
  await other.does("join", { room: host.room, name: "Ben" });
  const joined = await host.hears("players", (p) => p.count === 2);
  assert.equal(typeof joined.tick, "number");
  const names = host.all("players").flatMap((p) => p.joined ?? []).map((row) => row.name);
  assert.deepEqual(names.sort(), ["Ann", "Ben"]);
  await player.hears("players", (p) => p.joined?.some((row) => row.name === "Ben"));
  for (const client of [host, player, other]) {
    for (const secret of [host, player, other].filter((who) => who !== client)) {
      assert.ok(!JSON.stringify(client.log).includes(secret.token), "a token is its seat's alone");
    }
  }
});

everyKind("a spectator watches and cannot play", () => server, async (table) => {
  const host = await table.quiz();
  const spectator = await table.client();
  const ack = await spectator.does("join", { room: host.room, name: "Eve", role: "spectator" });
  assert.equal(ack.role, "spectator");
  const player = await table.player(host.room, "Ann");
  await spectator.hears("players", (p) => p.joined?.some((row) => row.name === "Ann"));
  const answer = await spectator.ask("input", { type: "start" });
  assert.equal(answer.ok, false);
  assert.equal((await player.ask("input", { type: "start" })).ok, false, "nor does a player command");
  assert.equal(player.state.phase, "lobby");
});

everyKind("a host's second device takes the seat over", () => server, async (table) => {
  const host = await table.quiz();
  const second = await table.client();
  await second.refused("bad_key", "join", { room: host.room, name: "Host", role: "host", key: "guessed" });
  const ack = await second.does("join", { room: host.room, name: "Host", role: "host", key: HOST_KEY });
  assert.equal(ack.role, "host");
  assert.equal((await host.hears("closed")).reason, "replaced");
  assert.equal((await host.ask("input", { type: "start" })).ok, false);
  await second.does("input", { type: "start" });
  await second.sees((state) => state.phase === "countdown");
});

everyKind("a token retakes its seat", () => server, async (table) => {
  const host = await table.quiz();
  const player = await table.player(host.room, "Ann");
  const other = await table.client();
  await other.refused("unknown_token", "resume", { token: "x".repeat(player.token.length) });
  const ack = await other.does("resume", { token: player.token });
  assert.deepEqual(Object.keys(ack).sort(), SEATED);
  assert.equal(ack.seat, player.seat);
  const closed = await player.hears("closed");
  assert.equal(closed.reason, "replaced");
  assert.match(closed.message, /\S/);

  other.cut();
  await other.hears("disconnect");
  const third = await table.client();
  assert.equal((await third.does("resume", { token: player.token })).seat, player.seat);
  await third.does("leave", {});
  await third.refused("not_seated", "leave", {});
  await host.hears("players", (p) => p.left?.length > 0 && p.count === 0);
  await third.refused("unknown_token", "resume", { token: player.token });
});

everyKind("clock tells the server's time", () => server, async (table) => {
  const client = await table.client();
  const t0 = Date.now() + 0.25;
  const ack = await client.does("clock", { t0 });
  assert.equal(ack.t0, t0);
  assert.ok(ack.t1 > t0 - 1000 && ack.t1 < Date.now() + 1000);
});

everyKind("rooms lists the public ones", () => server, async (table) => {
  const host = await table.client();
  const quiz = { game: "quiz", role: "host", key: HOST_KEY, options: { pack: "kinds" } };
  await host.does("create", quiz);
  const hidden = await table.quiz();
  const player = await table.player(host.room, "Ann");
  const { rooms } = await player.does("rooms", { game: "quiz" });
  const row = rooms.find((each) => each.room === host.room);
  assert.deepEqual(Object.keys(row).sort(), ["capacity", "game", "phase", "players", "room"]);
  assert.deepEqual([row.game, row.players, row.phase], ["quiz", 1, "lobby"]);
  assert.ok(row.capacity >= 200);
  assert.ok(!rooms.some((each) => each.room === hidden.room), "a private room is in no list");
  const arenas = await player.does("rooms", { game: "arena" });
  assert.ok(arenas.rooms.every((each) => each.game === "arena"));
  assert.ok((await player.does("rooms", {})).rooms.some((each) => each.room === host.room));
});

everyKind("chat reaches the room", () => server, async (table) => {
  const host = await table.quiz();
  const player = await table.player(host.room, "Ann");
  await player.does("chat", { text: "hello <b>" });
  for (const client of [host, player]) {
    const line = await client.hears("chat");
    assert.deepEqual(Object.keys(line).sort(), ["name", "seat", "t", "text"]);
    assert.deepEqual([line.seat, line.name, line.text], [player.seat, "Ann", "hello <b>"]);
    assert.ok(Math.abs(line.t - Date.now()) < 5000);
  }
  await player.refused("chat_empty", "chat", { text: " " });
  await player.refused("chat_too_long", "chat", { text: "x".repeat(5000) });
  const stranger = await table.client();
  await stranger.refused("not_seated", "chat", { text: "hello" });
});

everyKind("what is malformed is refused, and the connection lives", () => server, async (table) => {
  const client = await table.client();
  for (const event of ["create", "join", "resume", "input", "clock", "chat"]) {
    for (const payload of [[], "text", 7, true, { room: {}, token: [], text: 1, t0: {} }]) {
      const ack = await client.ask(event, payload);
      assert.equal(ack.ok, false, `${event} ${JSON.stringify(payload)}`);
      assert.match(ack.code, /^[a-z_]+$/);
    }
    // Of `clock` nothing is required.
    if (event === "clock") continue;
    assert.equal((await client.ask(event, null)).ok, false, `${event} null`);
    assert.equal((await client.ask(event)).ok, false, `${event} without an argument`);
  }
  client.socket.emit("nobody-listens", { a: 1 });
  client.socket.emit("join");
  client.socket.emit("input", null);
  await client.does("clock", { t0: 1 });
});
