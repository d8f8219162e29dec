// The options of the stock adapter that its servers must agree on, with servers of Parlor; and a Redis behind TLS and a password.
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { createClient } from "redis";
import { SERVERS, cluster } from "./cluster.js";

let all;
afterEach(() => all?.stop());

/** Whether all that servers do for each other works between any two of them. */
async function works() {
  const clients = [];
  for (const name of SERVERS) clients.push(await all.client(name, "red"));
  for (const name of SERVERS) {
    await all.order(name, "emit", { rooms: ["red"] }, `of ${name}`, [1, Buffer.from([2])]);
    const [answers] = await all.order(name, "ask", { rooms: ["red"] }, "ready?", []);
    assert.equal(answers.length, SERVERS.length, `asked by ${name}`);
    assert.equal((await all.order(name, "fetch", {})).length, SERVERS.length, `fetched by ${name}`);
    const [others] = await all.order(name, "server-ask", {}, "who?", []);
    assert.deepEqual(others.sort(), SERVERS.filter((other) => other !== name).sort());
  }
  for (const each of await all.heard(clients)) {
    const heard = each.filter(([event]) => event.startsWith("of "));
    assert.deepEqual(heard.map(([event]) => event).sort(), SERVERS.map((name) => `of ${name}`).sort());
  }
  return clients;
}

/** Each client goes on at the next server. */
async function recovers(clients) {
  for (const [at, client] of clients.entries()) {
    const { id } = client.socket;
    await client.cut();
    await all.gone(id);
    for (const name of SERVERS) await all.order(name, "emit", { rooms: [id] }, `missed, of ${name}`, []);
    await client.back(SERVERS[(at + 1) % SERVERS.length]);
    assert.ok(client.socket.recovered, client.name);
  }
  for (const [at, each] of (await all.heard(clients)).entries()) {
    const missed = each.filter(([event]) => event.startsWith("missed"));
    assert.deepEqual(missed.map(([event]) => event).sort(), SERVERS.map((name) => `missed, of ${name}`).sort(), clients[at].name);
  }
}

const DEFAULTS = { parlor: [], node: {} };
const OTHERS = {
  parlor: ['stream = "game"', "stream_count = 3", 'channel_prefix = "chan"', "sharded_channels = true", 'session_prefix = "seat:"'],
  node: { streamName: "game", streamCount: 3, channelPrefix: "chan", useShardedPubSub: true, sessionKeyPrefix: "seat:" },
};
OTHERS.parlor.push("read_entries = 2", "block_ms = 300");
Object.assign(OTHERS.node, { readCount: 3, blockTimeInMs: 200, maxLen: 1_000, heartbeatInterval: 100, heartbeatTimeout: 300 });

describe("servers with other options than the usual", () => {
  test("find each other, and clients come back to any", async () => {
    all = await cluster({ recovery: true, options: OTHERS });
    await recovers(await works());
    const client = createClient({ url: all.redis.url });
    await client.connect();
    try {
      // `/` is of the third stream, as is said by Node's adapter; `/control` is another one's.
      assert.ok((await client.xLen("game-2")) > 10);
      assert.deepEqual((await client.keys("*")).filter((key) => !/^game-\d$/.test(key)), []);
      const listening = await client.sendCommand(["PUBSUB", "SHARDNUMSUB", "chan#/#"]);
      assert.deepEqual(listening, ["chan#/#", SERVERS.length]);
    } finally {
      client.destroy();
    }
  });

  test("go on when Redis has been killed and is there again", async () => {
    all = await cluster({ recovery: true, keeps: true, options: OTHERS });
    const clients = await works();
    await all.redis.kill();
    for (const name of ["left", "right"]) {
      await all.until(`${name} notices`, async () => !(await all.order(name, "state"))[0]);
      await all.order(name, "emit", {}, `${name}, meanwhile`, []);
    }
    await all.redis.start();
    await all.together();
    for (const client of clients) for (const name of ["left", "right"]) await client.until(`${name}, meanwhile`);
    for (const client of clients) assert.equal(client.count("left, meanwhile"), 1, client.name);
  });
});

test("plain text alone, as some servers of Node are told to write", async () => {
  all = await cluster({ options: { ...DEFAULTS, node: { onlyPlaintext: true } } });
  const client = await all.client("left", "red");
  await all.order("node", "emit", {}, "plain", [{ a: [1, "é"] }]);
  const [heard] = await all.heard([client]);
  assert.deepEqual(heard, [["plain", { a: [1, "é"] }]]);
});

test("Redis behind TLS, with certificates on both sides, a user with a password, and a database of its own", async () => {
  all = await cluster({ recovery: true, tls: true });
  await recovers(await works());
});
