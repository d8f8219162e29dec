// What the binary tells Socket.IO's admin page, and what that has done, with stock clients in the page's place.
// The page itself is looked at in clients/web/e2e.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { KINDS } from "../client.js";
import { serve } from "../server.js";
import { Peer } from "./peer.js";

// Of "sesame".
const PARLOR_ADMIN_PASSWORD_HASH = "$2b$06$parlorparlorparlorparerMakVbQRvvGdvJkLxv9jO1HPvokjDTi";
const RIGHT = { username: "admin", password: "sesame" };
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const servers = [];
after(async () => {
  Peer.disconnect();
  for (const server of servers) await server.stop();
});

async function serves(env = {}) {
  const server = await serve({ env: { PARLOR_ADMIN_PASSWORD_HASH, PARLOR_ADMIN_MISTAKES_PER_MINUTE: "100", ...env } });
  servers.push(server);
  return server;
}

const of = (id) => (_nsp, other) => other === id;
const inRoom = (room, id) => (_nsp, other, socket) => other === room && socket === id;

for (const kind of KINDS) {
  describe(`an admin by ${kind.name}`, () => {
    let server;
    let admin;
    before(async () => {
      server = await serves();
      admin = await new Peer(`${server.url}/admin`, kind, RIGHT).in(kind);
    });

    test("is told what there is", async () => {
      const [{ supportedFeatures }] = await admin.hears("config");
      const commands = ["EMIT", "JOIN", "LEAVE", "DISCONNECT", "MJOIN", "MLEAVE", "MDISCONNECT"];
      assert.deepEqual(supportedFeatures, [...commands, "AGGREGATED_EVENTS", "ALL_EVENTS"]);
      const [sockets] = await admin.hears("all_sockets");
      assert.deepEqual(sockets.map(({ id, nsp }) => [id, nsp]), [[admin.socket.id, "/admin"]]);
      const [stats] = await admin.hears("server_stats", ({ clientsCount }) => clientsCount === 1);
      assert.equal(stats.pid, server.pid);
      assert.equal(stats.pollingClientsCount, kind.transport === "polling" ? 1 : 0);
      assert.ok(stats.uptime > 0 && stats.serverId === stats.hostname);
      assert.ok(stats.namespaces.some(({ name, socketsCount }) => name === "/admin" && socketsCount === 1));
      const [{ aggregatedEvents }] = await admin.hears("server_stats", ({ aggregatedEvents }) => aggregatedEvents.length > 0);
      for (const { timestamp, type, count } of aggregatedEvents) {
        assert.ok(timestamp % 1_000 === 0 && Math.abs(Date.now() - timestamp) < 60_000 && count > 0, type);
      }
    });

    test("comes again by the session that the password opened", async () => {
      const [sessionId] = await admin.hears("session");
      const again = await new Peer(`${server.url}/admin`, kind, { sessionId }).in(kind);
      await again.hears("config");
      assert.ok(!again.heard.some(([name]) => name === "session"), "and gets no other");
      again.socket.disconnect();
    });

    test("sees a client come, speak and go", async () => {
      const guest = await new Peer(`${server.url}/?from=here`, kind).in(kind);
      const { id } = guest.socket;
      const [{ handshake, ...came }, at] = await admin.hears("socket_connected", (socket) => socket.id === id);
      assert.match(at, ISO);
      assert.deepEqual([came.nsp, came.data, came.rooms], ["/", {}, [id]]);
      assert.equal(came.transport, kind.transport === "websocket" ? "websocket" : "polling");
      assert.equal(handshake.address, "127.0.0.1");
      assert.ok(handshake.query.EIO === "4" && handshake.issued > 0 && !("auth" in handshake));
      if (kind.transport === "upgrade") {
        const [updated] = await admin.hears("socket_updated", (socket) => socket.id === id);
        assert.deepEqual(updated, { id, nsp: "/", transport: "websocket" });
      }
      // What is said of events is not waited for: between two polls it goes unheard.
      const speaking = setInterval(() => guest.socket.emit("hello", 1, "2", { three: null }, Buffer.from([4]), () => {}), 50);
      try {
        const [nsp, , event, spoken] = await admin.hears("event_received", of(id));
        assert.deepEqual([nsp, event.slice(0, 4)], ["/", ["hello", 1, "2", { three: null }]]);
        assert.deepEqual([...new Uint8Array(event[4])], [4]);
        assert.match(spoken, ISO);
      } finally {
        clearInterval(speaking);
      }
      guest.socket.disconnect();
      const [, , reason, gone] = await admin.hears("socket_disconnected", of(id));
      assert.equal(reason, "client namespace disconnect");
      assert.match(gone, ISO);
      await admin.hears("room_left", inRoom(id, id));
    });

    test("has a client join a room, get an event, leave and go", async () => {
      const guest = await new Peer(server.url, kind).in(kind);
      const { id } = guest.socket;
      admin.socket.emit("join", "/", "red", id);
      assert.match((await admin.hears("room_joined", inRoom("red", id)))[3], ISO);
      const asking = setInterval(() => admin.socket.emit("emit", "/", "red", "hello", 1, { two: [3] }, Buffer.from([4])), 50);
      try {
        const [one, two, bytes] = await guest.hears("hello");
        assert.deepEqual([one, two, [...new Uint8Array(bytes)]], [1, { two: [3] }, [4]]);
        const [, , event] = await admin.hears("event_sent", (_nsp, other, [name]) => other === id && name === "hello");
        assert.deepEqual(event.slice(1, 3), [1, { two: [3] }]);
      } finally {
        clearInterval(asking);
      }
      admin.socket.emit("leave", "/", "red");
      await admin.hears("room_left", inRoom("red", id));
      admin.socket.emit("_disconnect", "/", false, id);
      assert.deepEqual(await guest.hears("disconnect"), ["io server disconnect"]);
      assert.equal((await admin.hears("socket_disconnected", of(id)))[2], "server namespace disconnect");
    });
  });
}

describe("who is not let in", () => {
  const [json] = KINDS;

  test("hears the words that the page knows, and after some guesses that these were too many", async () => {
    const server = await serves({ PARLOR_ADMIN_MISTAKES_PER_MINUTE: "4" });
    const wrong = [{}, { ...RIGHT, password: "x" }, { ...RIGHT, username: "x" }, { sessionId: "x" }, { username: 1, password: [] }];
    for (const auth of wrong) {
      assert.equal(await new Peer(`${server.url}/admin`, json, auth).refused(), "invalid credentials", JSON.stringify(auth));
    }
    const guess = () => new Peer(`${server.url}/admin`, json, { ...RIGHT, password: "y" }).refused();
    assert.deepEqual([await guess(), await guess()], ["invalid credentials", "invalid credentials"]);
    assert.equal(await new Peer(`${server.url}/admin`, json, RIGHT).refused(), "too many attempts");
  });

  test("is nobody's admin where there is none", async () => {
    const plain = await serve();
    servers.push(plain);
    assert.equal(await new Peer(`${plain.url}/admin`, json, RIGHT).refused(), "Invalid namespace");
  });

  test("may look at counts only, in production, and change nothing where that is said", async () => {
    const server = await serves({ PARLOR_ADMIN_MODE: "production", PARLOR_ADMIN_READONLY: "true", PARLOR_ADMIN_SERVER_ID: "seven" });
    const admin = await new Peer(`${server.url}/admin`, json, RIGHT).in(json);
    const guest = await new Peer(server.url, json).in(json);
    assert.deepEqual(await admin.hears("config"), [{ supportedFeatures: ["AGGREGATED_EVENTS"] }]);
    admin.socket.emit("_disconnect", "/", true);
    await admin.hears("server_stats", ({ serverId, namespaces }) => {
      return serverId === "seven" && namespaces.some(({ name, socketsCount }) => name === "/" && socketsCount === 1);
    });
    assert.ok(guest.socket.connected);
    const names = new Set(admin.heard.map(([name]) => name));
    assert.deepEqual(names, new Set(["session", "config", "server_stats"]));
  });
});
