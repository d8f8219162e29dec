// The admin namespaces of servers of Node and of Parlor on one Redis: who has logged in on one is let in by all, and sees and reaches
// the sockets of all.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { createClient } from "redis";
import { Peer } from "../stock/peer.js";
import { SERVERS, cluster } from "./cluster.js";

const KIND = { parser: "json", transport: "websocket" };
const RIGHT = { username: "admin", password: "sesame" };
let all;
before(async () => {
  all = await cluster({ admin: true });
});
afterEach(() => Peer.disconnect());
after(() => all?.stop());

const admin = (name, auth = RIGHT) => new Peer(`${all.servers[name].url}/admin`, KIND, auth).in(KIND);
const session = async (peer) => (await peer.hears("session"))[0];

for (const name of SERVERS) {
  describe(`an admin of ${name}`, () => {
    test("is let in by all with the session that the password has opened", async () => {
      const sessionId = await session(await admin(name));
      for (const other of SERVERS) {
        const again = await admin(other, { sessionId });
        await again.hears("config");
        assert.ok(again.heard.every(([event]) => event !== "session"), `${other} opens no other`);
      }
      const wrong = [sessionId.replace(/./g, "0"), `${sessionId}0`, "*", `${sessionId}\n`, "é", "", null, "0".repeat(1_000)];
      for (const sessionId of wrong) {
        const refused = await new Peer(`${all.servers[name].url}/admin`, KIND, { sessionId }).refused();
        assert.equal(refused, "invalid credentials", JSON.stringify(sessionId));
      }
    });

    test("is shown the servers, and the sockets of all with their clients", async () => {
      const clients = [];
      for (const other of SERVERS) {
        for (const transport of ["websocket", "polling"]) {
          clients.push({ transport, client: await all.client(other, "red", { transports: [transport] }) });
        }
      }
      const one = await admin(name);
      const [sockets] = await one.hears("all_sockets");
      for (const { transport, client } of clients) {
        const { id } = client.socket;
        const told = sockets.find((socket) => socket.id === id);
        assert.ok(told, `${client.name} is told of`);
        assert.deepEqual([told.nsp, told.transport, [...told.rooms].sort()], ["/", transport, [id, "red"].sort()]);
        assert.equal(told.data.name, client.name);
        assert.equal(told.data._admin, undefined);
        assert.ok(told.clientId && told.clientId !== id, `${client.name}: ${told.clientId}`);
        assert.ok(told.handshake.query.EIO === "4" && told.handshake.address);
      }
      for (const serverId of SERVERS) await one.hears("server_stats", (stats) => stats.serverId === serverId);
      for (const { client } of clients) {
        const { id } = client.socket;
        client.socket.disconnect();
        const [, , reason] = await one.hears("socket_disconnected", (_nsp, other) => other === id);
        assert.equal(reason, "client namespace disconnect");
      }
    });

    test("has the sockets of all join, get an event, leave and go", async () => {
      const one = await admin(name);
      await one.hears("all_sockets");
      const clients = [];
      for (const other of SERVERS) clients.push(await all.client(other, `of ${name}`));
      const ids = clients.map(({ socket }) => socket.id);
      for (const id of ids) await one.hears("socket_connected", (socket) => socket.id === id);
      one.socket.emit("join", "/", "club", `of ${name}`);
      for (const id of ids) await one.hears("room_joined", (_nsp, room, other) => room === "club" && other === id);
      one.socket.emit("emit", "/", "club", "hello", 1, { two: [3] });
      for (const client of clients) await client.until("hello");
      for (const each of await all.heard(clients)) assert.deepEqual(each, [["hello", 1, { two: [3] }]]);
      one.socket.emit("leave", "/", "club", ids[0]);
      await one.hears("room_left", (_nsp, room, other) => room === "club" && other === ids[0]);
      assert.equal((await all.order(name, "fetch", { rooms: ["club"] })).length, SERVERS.length - 1);
      for (const [at, client] of clients.entries()) {
        one.socket.emit("_disconnect", "/", false, ids[at]);
        await one.hears("socket_disconnected", (_nsp, id) => id === ids[at]);
        await all.until(`${client.name} is out`, () => client.reasons[0] === "io server disconnect");
      }
    });
  });
}

test("a session ends when its time is over, as Redis says", async () => {
  const client = createClient({ url: all.redis.url });
  await client.connect();
  try {
    const sessionId = await session(await admin("left"));
    const left = await client.pTTL(`socket.io-admin#${sessionId}`);
    assert.ok(left > 86_000_000 && left <= 86_400_000, `${left} ms`);
    await client.del(`socket.io-admin#${sessionId}`);
    assert.equal(await new Peer(`${all.servers.right.url}/admin`, KIND, { sessionId }).refused(), "invalid credentials");
  } finally {
    client.destroy();
  }
});

test("while Redis is away each server lets in who has logged in on it, and who knows the password", async () => {
  const sessionId = await session(await admin("left"));
  await all.redis.kill();
  try {
    for (const name of ["left", "right"]) await all.until(`${name} notices`, async () => !(await all.order(name, "state"))[0]);
    await admin("left", { sessionId });
    assert.equal(await new Peer(`${all.servers.right.url}/admin`, KIND, { sessionId }).refused(), "invalid credentials");
    const there = await session(await admin("right"));
    await admin("right", { sessionId: there });
  } finally {
    await all.redis.start();
    await all.together();
  }
});
