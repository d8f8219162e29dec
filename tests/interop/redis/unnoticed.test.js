// Clients whose connection is lost while both ends believe in it: they come back to another server, which has the one they were with
// give their sessions up. Nothing is lost, and nothing comes twice.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { SERVERS, cluster } from "./cluster.js";
import { stalling } from "./stalling.js";

const PARLORS = ["left", "right"];
const TRANSPORTS = ["websocket", "polling"];
let all;
before(async () => {
  all = await cluster({ recovery: true });
});
after(() => all?.stop());

const ways = [];
afterEach(async () => {
  for (const way of ways.splice(0)) await way.stop();
});

/** A client by a way that can be lost; it has heard something, unless it has not. */
async function client(from, room, transport = "websocket", hasHeard = true) {
  const way = await stalling(all.servers[from].url);
  ways.push(way);
  const client = await all.client(from, room, { url: way.url, transports: [transport] });
  if (hasHeard) await all.heard([client], [from]);
  return { client, way, id: client.socket.id };
}

const here = (name, id) => all.order(name, "fetch", { rooms: [id], local: true });
/** What each server has said, in order. */
const by = (heard, name) => heard.filter(([event]) => event === name || event === "burst").filter((event) => event.includes(name));

for (const transport of TRANSPORTS) {
  for (const from of PARLORS) {
    for (const to of PARLORS) {
      test(`from ${from} to ${to} by ${transport}`, async () => {
        const { client: one, way, id } = await client(from, "red", transport);
        await all.order(from, "join", { rooms: [id] }, "club");
        for (const name of SERVERS) await all.order(name, "emit", { rooms: ["club"] }, name, ["before"]);
        await all.heard([one]).then(([heard]) => assert.equal(heard.length, SERVERS.length));
        way.stall();
        for (const name of SERVERS) {
          for (const room of ["red", "club", id]) await all.order(name, "emit", { rooms: [room] }, name, [`lost, ${room}`]);
          await all.order(name, "emit", { except: ["club"] }, name, ["for others"]);
        }
        await one.cut();
        assert.equal((await here(from, id)).length, 1, "its server believes in it");
        const count = 200;
        const sending = Promise.all(SERVERS.map((name) => all.order(name, "burst", { rooms: ["red"] }, name, [count, 1_000])));
        await one.back(to);
        assert.ok(one.socket.recovered);
        assert.equal(one.socket.id, id);
        await sending;
        for (const name of SERVERS) await all.order(name, "emit", { rooms: ["club"] }, name, ["after"]);
        const [heard] = await all.heard([one]);
        for (const name of SERVERS) {
          const expected = [
            ...["red", "club", id].map((room) => `lost, ${room}`),
            ...Array.from({ length: count }, (_, number) => number),
            "after",
          ];
          assert.deepEqual(by(heard, name).map((event) => event.at(-2)), expected, `of ${name}`);
        }
        for (const name of PARLORS) assert.equal((await here(name, id)).length, name === to ? 1 : 0, name);
        const [{ data, rooms }] = await here(to, id);
        assert.deepEqual([data.name, rooms.sort()], [`${from}-red`, [id, "red", "club"].sort()]);
        if (transport === "websocket") await all.until("its server has closed the connection", () => way.closed() > 0);
        const left = all.servers[from].said.filter((line) => /ERROR|panicked/.test(line));
        assert.deepEqual(left, []);
      });
    }
  }
}

for (const transport of TRANSPORTS) {
  for (const [from, to] of [["left", "left"], ["left", "right"], ["right", "left"]]) {
    test(`who has heard nothing yet, from ${from} to ${to} by ${transport}`, async () => {
      const witness = await all.client(from, "hall");
      for (const name of SERVERS) await all.order(name, "emit", {}, name, ["before"]);
      await all.heard([witness]);
      const { client: one, way, id } = await client(from, "red", transport, false);
      way.stall();
      for (const name of SERVERS) await all.order(name, "emit", { rooms: ["red"] }, name, ["lost"]);
      await all.heard([witness]);
      await one.cut();
      assert.equal((await here(from, id)).length, 1, "its server believes in it");
      for (const name of SERVERS) await all.order(name, "emit", { rooms: [id] }, name, ["lost, too"]);
      await one.back(to);
      assert.ok(one.socket.recovered);
      assert.equal(one.socket.id, id);
      for (const name of SERVERS) await all.order(name, "emit", { rooms: ["red"] }, name, ["after"]);
      const [heard] = await all.heard([one]);
      for (const name of SERVERS) {
        assert.deepEqual(by(heard, name).map((event) => event.at(-2)), ["lost", "lost, too", "after"], `of ${name}`);
      }
      for (const name of PARLORS) assert.equal((await here(name, id)).length, name === to ? 1 : 0, name);
    });
  }
}

test("many at once, and again before the next server has noticed", async () => {
  const some = [];
  for (let each = 0; each < 20; each += 1) some.push(await client("left", "blue", TRANSPORTS[each % 2]));
  const count = 300;
  const sending = Promise.all(SERVERS.map((name) => all.order(name, "burst", { rooms: ["blue"] }, name, [count, 300])));
  for (const to of ["right", "left", "right"]) {
    // Each by a way of its own, which is lost in its turn.
    await Promise.all(
      some.map(async (one) => {
        one.way.stall();
        await one.client.cut();
        one.way = await stalling(all.servers[to].url);
        ways.push(one.way);
        await one.client.back(to, one.way.url);
        assert.ok(one.client.socket.recovered, `${one.client.name} to ${to}`);
        assert.equal(one.client.socket.id, one.id);
      }),
    );
  }
  await sending;
  const heard = await all.heard(some.map(({ client }) => client));
  for (const [at, each] of heard.entries()) {
    for (const name of SERVERS) {
      const numbers = by(each, name).map(([, , number]) => number);
      assert.deepEqual(numbers, Array.from({ length: count }, (_, number) => number), `client ${at}, of ${name}`);
    }
  }
});

test("a server of Node neither asks nor gives up: the client is a new one", async () => {
  for (const [from, to] of [["left", "node"], ["node", "right"]]) {
    const { client: one, way, id } = await client(from, "green");
    way.stall();
    await one.cut();
    await one.back(to);
    assert.ok(!one.socket.recovered && one.socket.id !== id, `from ${from} to ${to}`);
  }
});

test("a server that does not answer holds nobody up for longer than it may", async () => {
  const others = await cluster({ names: [...PARLORS, "silent"], recovery: true });
  const way = await stalling(others.servers.left.url);
  ways.push(way);
  const { pid } = others.servers.silent;
  try {
    const one = await others.client("left", "red", { url: way.url });
    const { id } = one.socket;
    await others.heard([one], PARLORS);
    process.kill(pid, "SIGSTOP");
    way.stall();
    await one.cut();
    const took = async (name) => {
      const begun = Date.now();
      await one.back(name);
      return Date.now() - begun;
    };
    // As examples/cluster has it.
    const giveUpMs = 4_000;
    assert.ok((await took("right")) < giveUpMs, "who has the session says so");
    assert.ok(one.socket.recovered && one.socket.id === id);
    await others.heard([one], PARLORS);
    await one.cut();
    one.socket._pid = "A".repeat(20);
    assert.ok((await took("left")) >= giveUpMs, "it is waited for");
    assert.ok(!one.socket.recovered && one.socket.id !== id);
  } finally {
    process.kill(pid, "SIGCONT");
    await others.stop();
  }
});
