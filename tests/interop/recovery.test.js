// Stock clients whose connections are recovered: what they get, and the seat in which they go on.
// How many can be lost for how long is `endurance`'s.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { KINDS } from "./client.js";
import { LOSSES, Returning, lose } from "./losing.js";
import { serve, start } from "./server.js";

const ENV = { PARLOR_SOCKETIO_RECOVERY_ENABLED: "true", PARLOR_ROOM_CHAT_BURST: "1000", PARLOR_LIMITS_EVENTS_BURST: "10000" };

let app;
let games;
before(async () => {
  [app, games] = [await start("PARLOR_INTEROP_BIN", ["127.0.0.1:0", "recovery"]), await serve({ env: ENV })];
});
after(() => Promise.all([app.stop(), games.stop()]));

/** Runs the body with a way to have clients of this kind, which are closed behind it. */
async function having(server, kind, body) {
  const clients = [];
  const client = (namespace) => {
    clients.push(new Returning(server.url, kind, namespace));
    return clients.at(-1);
  };
  try {
    await body(client);
  } finally {
    for (const each of clients) each.close();
  }
}

const range = (from, to) => Array.from({ length: to - from }, (_, at) => from + at);

for (const kind of KINDS) {
  describe(kind.name, () => {
    test("each loss is recovered, and nothing is lost or heard twice", () =>
      having(app, kind, async (client) => {
        const [listener, speaker] = [client(), client()];
        const room = `room of ${kind.name}`;
        const { id } = await listener.connected();
        await speaker.connected();
        await listener.ask("join", room);
        let said = 0;
        const say = (count) => {
          for (const n of range(said, said + count)) speaker.socket.emit("tell", room, "n", n);
          said += count;
        };
        for (const how of LOSSES) {
          say(20);
          await listener.until("some", () => listener.all("n").length >= said - 15);
          lose(listener.socket, how);
          const times = listener.returns.length;
          say(20);
          assert.deepEqual(await listener.connected(times + 1), { id, recovered: true }, how);
          await listener.until("all", () => listener.all("n").length >= said);
        }
        say(1);
        await listener.until("the last", () => listener.all("n").at(-1) === said - 1);
        assert.deepEqual(listener.all("n"), range(0, said));
      }));

    test("a client that had no event yet is recovered", () =>
      having(app, kind, async (client) => {
        const speaker = client("/quiet");
        await speaker.connected();
        for (const how of LOSSES) {
          const listener = client("/quiet");
          const { id } = await listener.connected();
          assert.deepEqual(await listener.loses(how), { id, recovered: true }, `${how}, and nothing was sent`);
          assert.equal(listener.heard.length, 0);
          lose(listener.socket, how);
          speaker.socket.emit("tell", id, "n", 1);
          assert.deepEqual(await listener.connected(3), { id, recovered: true }, how);
          speaker.socket.emit("tell", id, "n", 2);
          await listener.until("both", () => listener.all("n").length >= 2);
          await listener.ask("where");
          assert.deepEqual(listener.all("n"), [1, 2], how);
        }
      }));

    test("a player goes on in the seat, and has heard all that was said", () =>
      having(games, kind, async (client) => {
        const [ann, ben] = [client(), client()];
        await ann.connected();
        const { room } = await ann.ask("create", { game: "arena", name: "Ann", private: true, options: { hz: 30 } });
        const { id } = await ben.connected();
        const { seat, token } = await ben.ask("join", { room, name: "Ben" });
        let said = 0;
        const say = async () => {
          assert.ok((await ann.ask("chat", { text: `line ${said}` })).ok);
          said += 1;
        };
        const moves = async (seq) => assert.ok((await ben.ask("input", { type: "move", seq, dx: 1, dy: 0 })).ok, `move ${seq}`);
        for (const [seq, how] of LOSSES.entries()) {
          await say();
          await moves(seq);
          const before = ben.heard.length;
          lose(ben.socket, how);
          const times = ben.returns.length;
          await say();
          assert.deepEqual(await ben.connected(times + 1), { id, recovered: true }, how);
          // In its seat at once: nothing was asked for.
          await moves(seq + 100);
          await ben.until("the whole view", () => ben.heard.slice(before).some(({ event }) => event === "snapshot"));
          const you = ben.heard.slice(before).find(({ event }) => event === "you");
          assert.ok(you, "its private view is told again");
        }
        await say();
        await ben.until("all lines", () => ben.all("chat").length >= said);
        assert.deepEqual(ben.all("chat").map(({ text }) => text), range(0, said).map((n) => `line ${n}`));
        const again = await ben.ask("resume", { token });
        assert.deepEqual([again.ok, again.seat], [true, seat], "the token is good all the same");
      }));

    test("a seat that another device has taken meanwhile is not taken back", () =>
      having(games, kind, async (client) => {
        const [phone, tablet] = [client(), client()];
        await phone.connected();
        const { token } = await phone.ask("create", { game: "arena", name: "Ann", private: true });
        await tablet.connected();
        phone.socket.io.reconnection(false);
        lose(phone.socket, "closed");
        assert.ok((await tablet.ask("resume", { token })).ok);
        phone.socket.io.reconnection(true);
        phone.socket.connect();
        await phone.until("it is a new one", () => phone.returns.at(-1).recovered === false && phone.returns.length > 1);
        assert.equal((await phone.ask("input", { type: "move", seq: 1, dx: 1, dy: 0 })).code, "not_seated");
        assert.ok((await tablet.ask("input", { type: "move", seq: 2, dx: 1, dy: 0 })).ok);
        assert.deepEqual(tablet.all("closed"), []);
      }));
  });
}
