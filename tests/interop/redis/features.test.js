// What servers of Node and of Parlor on one Redis do for each other's clients, each of them in turn.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createClient } from "redis";
import { SERVERS, cluster } from "./cluster.js";
import { Emitter } from "./emitter.js";

const BYTES = Buffer.from([0, 127, 128, 255]);
let all;
let clients;
/** The names of those among all clients that heard something. */
const who = (heard, is) => clients.filter((_, at) => heard[at].some(is)).map(({ name }) => name);
const named = (event) => ([name]) => name === event;
const names = (is = () => true) => clients.map(({ name }) => name).filter(is);

before(async () => {
  all = await cluster();
  clients = [];
  for (const server of SERVERS) {
    clients.push(await all.client(server, "red"));
    clients.push(await all.client(server, "blue", { parser: server === "node" ? "json" : "msgpack" }));
    clients.push(await all.client(server, "green", { transports: ["polling"] }));
  }
});
after(() => all?.stop());

const of = (name) => clients.find((client) => client.name === name);

for (const by of SERVERS) {
  describe(`by ${by}`, () => {
    const order = (...args) => all.order(by, ...args);

    test("events reach whom they are for, once, on every server", async () => {
      await order("emit", {}, "everyone", [1, "é", null, { a: [true, 0.5] }]);
      await order("emit", { rooms: ["red", "green"] }, "two rooms", []);
      await order("emit", { except: ["red"] }, "but red", []);
      await order("emit", { local: true }, "at home", []);
      await order("emit", { rooms: [of("left-red").socket.id] }, "one", []);
      const heard = await all.heard(clients, [by]);
      assert.deepEqual(who(heard, named("everyone")), names());
      assert.deepEqual(who(heard, named("two rooms")), names((name) => !name.endsWith("blue")));
      assert.deepEqual(who(heard, named("but red")), names((name) => !name.endsWith("red")));
      assert.deepEqual(who(heard, named("at home")), names((name) => name.startsWith(by)));
      assert.deepEqual(who(heard, named("one")), ["left-red"]);
      for (const each of heard) {
        assert.deepEqual(each.find(named("everyone")), ["everyone", 1, "é", null, { a: [true, 0.5] }]);
        assert.equal(new Set(each.map(([name]) => name)).size, each.length, "once");
      }
    });

    test("volatile events, and bytes in any place", async () => {
      await order("emit", { volatile: true, rooms: ["red"] }, "now", [7]);
      await order("emit", {}, "bytes", [BYTES, { deep: [{ in: BYTES }] }, "and more"]);
      const heard = await all.heard(clients, [by]);
      assert.deepEqual(who(heard, named("now")), names((name) => name.endsWith("red")));
      for (const each of heard) {
        const [, first, { deep }, more] = each.find(named("bytes"));
        assert.deepEqual([Buffer.from(first), Buffer.from(deep[0].in), more], [BYTES, BYTES, "and more"]);
      }
    });

    test("acknowledgements come from the clients of all servers", async () => {
      const [answers, missing, silent] = await order("ask", { rooms: ["red"] }, "ready?", [1]);
      assert.deepEqual(answers.sort(), SERVERS.map((name) => `${name}-red says ready?`).sort());
      assert.deepEqual([missing, silent], [0, 0]);
      const [none] = await order("ask", { rooms: ["nobody"] }, "ready?", []);
      assert.deepEqual(none, []);
      const heard = await all.heard(clients, [by]);
      assert.deepEqual(who(heard, named("ready?")), names((name) => name.endsWith("red")));
    });

    test("sockets of all servers are fetched", async () => {
      const sockets = await order("fetch", { rooms: ["blue", "green"], except: ["green"] });
      const told = sockets.map(({ id, rooms, data, handshake }) => [data, [...rooms].sort(), handshake.auth, id]);
      const expected = SERVERS.map((name) => of(`${name}-blue`)).map(({ name, socket: { id } }) => {
        const auth = { name, room: "blue" };
        return [auth, [id, "blue"].sort(), auth, id];
      });
      const byName = ([a], [b]) => a.name.localeCompare(b.name);
      assert.deepEqual(told.sort(byName), expected.sort(byName));
      for (const { handshake } of sockets) {
        assert.equal(handshake.query.EIO, "4");
        assert.ok(handshake.headers.host.startsWith("127.0.0.1:") && handshake.url.startsWith("/socket.io/"));
      }
    });

    test("sockets of all servers join and leave", async () => {
      await order("join", { rooms: ["red"] }, "club");
      await order("emit", { rooms: ["club"] }, "to the club", []);
      await order("leave", { rooms: ["red"], except: [of("right-red").socket.id] }, "club");
      await order("emit", { rooms: ["club"] }, "to the rest", []);
      await order("leave", {}, "club");
      await order("emit", { rooms: ["club"] }, "to nobody", []);
      const heard = await all.heard(clients, [by]);
      assert.deepEqual(who(heard, named("to the club")), names((name) => name.endsWith("red")));
      assert.deepEqual(who(heard, named("to the rest")), ["right-red"]);
      assert.deepEqual(who(heard, named("to nobody")), []);
    });

    test("sockets of all servers are put out", async () => {
      const guests = [];
      for (const server of SERVERS) guests.push(await all.client(server, "guests"));
      await order("put-out", { rooms: ["guests"], close: by !== "left" });
      await all.until("all guests are out", () => guests.every(({ socket }) => !socket.connected));
      const reason = by === "left" ? ["io server disconnect"] : [["io server disconnect"], ["transport close"]];
      for (const guest of guests) assert.ok(reason.flat().includes(guest.reasons[0]), guest.reasons[0]);
      assert.ok(clients.every(({ socket }) => socket.connected));
    });

    test("servers hear each other and answer", async () => {
      const others = SERVERS.filter((name) => name !== by);
      await order("server-emit", {}, "news", [by, { bytes: 4 }]);
      for (const other of others) {
        const heard = [];
        await all.until(`${other} hears`, async () => heard.push(...(await all.order(other, "heard"))) > 0);
        assert.deepEqual(heard, [by, { bytes: 4 }]);
      }
      const [answers, missing] = await order("server-ask", {}, "who?", []);
      assert.deepEqual([answers.sort(), missing], [others.sort(), 0]);
      assert.deepEqual(await order("heard"), [], "it does not hear itself");
    });
  });
}

test("the emitter reaches the clients of all servers, and the servers", async () => {
  const client = createClient({ url: all.redis.url });
  await client.connect();
  try {
    const emitter = new Emitter(client);
    emitter.emit("everyone", 1, { a: null });
    emitter.to("red", "blue").except("blue").emit("red", BYTES);
    emitter.to("green").emit("green");
    emitter.to("blue").socketsJoin("club");
    emitter.to("club").emit("club");
    emitter.to("club").socketsLeave("club");
    emitter.to("club").emit("nobody");
    emitter.serverSideEmit("news", "by the emitter");
    // Behind it in the stream.
    await client.ping();
    const heard = await all.heard(clients, ["node"]);
    assert.deepEqual(who(heard, named("everyone")), names());
    assert.deepEqual(heard[0][0], ["everyone", 1, { a: null }]);
    for (const colour of ["red", "green"]) {
      assert.deepEqual(who(heard, named(colour)), names((name) => name.endsWith(colour)));
    }
    assert.deepEqual(Buffer.from(heard[0].find(named("red"))[1]), BYTES);
    assert.deepEqual(who(heard, named("club")), names((name) => name.endsWith("blue")));
    assert.deepEqual(who(heard, named("nobody")), []);
    for (const name of SERVERS) assert.deepEqual(await all.order(name, "heard"), ["by the emitter"], name);
    const guests = [];
    for (const server of SERVERS) guests.push(await all.client(server, "guests"));
    emitter.to("guests").disconnectSockets();
    await all.until("all guests are out", () => guests.every(({ socket }) => !socket.connected));
  } finally {
    client.destroy();
  }
});
