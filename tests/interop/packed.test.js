// Packed states: whoever asks for them knows what those know who get the whole state at every tick.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { serve } from "./server.js";
import { everyKind } from "./table.js";

let server;
before(async () => {
  server = await serve();
});
after(() => server.stop());

const KEYFRAME = 0x80;
const options = { hz: 30, size: 400, seats: 4, coins: 6 };

everyKind("packed and whole states tell the same at every tick that both know", () => server, async (table) => {
  const ann = await table.client();
  const made = await ann.does("create", { game: "arena", name: "Ann", private: true, options, sync: "snapshot" });
  const ben = await table.client();
  const joined = await ben.does("join", { room: ann.room, name: "Ben", sync: "packed" });
  assert.deepEqual([joined.hz, typeof joined.state], [made.hz, "object"]);
  await ben.hears("packed", (bytes) => bytes.byteLength > 0);
  assert.deepEqual(ben.state, joined.state, "the first is the state of the answer");

  const known = new Map();
  let compared = 0;
  const note = (client) => {
    const other = known.get(client.tick);
    if (other && other.client !== client) {
      assert.deepEqual(client.state, other.state, `tick ${client.tick}`);
      compared += 1;
    }
    known.set(client.tick, { client, state: client.state });
  };
  ann.socket.on("snapshot", () => note(ann));
  ben.socket.on("packed", () => note(ben));
  for (let seq = 1; compared < 40; seq += 1) {
    assert.ok(seq < 400, "two clients never held the same tick");
    for (const [client, way] of [[ann, 1], [ben, -1]]) {
      const [dx, dy] = [Math.sin(seq * way), Math.cos(seq / 3)];
      await client.does("input", { type: "move", seq, dx, dy });
    }
  }
  const sizes = ben.all("packed").map((bytes) => bytes.byteLength);
  assert.ok(Math.min(...sizes) < 20, "what moved is a few bytes");
  const { t } = ann.all("snapshot").at(-1);
  assert.ok(Math.abs(ben.held.t - t) < 5_000, "their clocks are one");
  const same = ann.all("snapshot").find(({ tick }) => tick === ben.held.tick);
  if (same) assert.ok(Math.abs(same.t - ben.held.t) < 0.01, "the time of a tick is told exactly");
  assert.equal(ben.all("snapshot").length + ben.all("delta").length, 0, "nothing is told twice");
});

everyKind("a seat taken back, by whatever way, goes on from a keyframe", () => server, async (table) => {
  const ann = await table.client();
  await ann.does("create", { game: "arena", name: "Ann", private: true, options });
  const ben = await table.client();
  await ben.does("join", { room: ann.room, name: "Ben", sync: "packed" });
  await ann.does("input", { type: "move", seq: 1, dx: 1, dy: 0.5 });
  await ben.sees((state) => Object.keys(state.players).length === 2);
  // The whole view once more, on the connection that has the seat.
  ben.forget();
  await ben.does("resume", { token: ben.token, sync: "packed" });
  await ben.hears("packed", (bytes) => new Uint8Array(bytes)[0] === KEYFRAME);
  // Another connection takes the seat over, and asks for deltas; the next one is told packed again.
  for (const sync of ["delta", "packed"]) {
    const again = await table.client();
    await again.does("resume", { token: ben.token, sync });
    await ann.does("input", { type: "move", seq: 2, dx: -1, dy: 0.5 });
    await again.hears(sync);
    await again.sees((state) => state.players[ann.seat] !== undefined);
  }
});
