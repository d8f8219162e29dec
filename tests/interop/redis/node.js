// A server of Node with the stock adapter, which does in `/` what clients of `/control` ask for: as `examples/cluster` does.
// It knows nothing of Parlor.
import { createServer } from "node:http";
import { once } from "node:events";
import { RedisStore, instrument } from "@socket.io/admin-ui";
import { createAdapter } from "@socket.io/redis-streams-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

/** Listens on a port the system chooses. */
export async function node(name, redis, { recovery = false, admin = false, options = {} } = {}) {
  const client = createClient({ url: redis.url, socket: { reconnectStrategy: 50, ...redis.tls } });
  // It says so each time that it cannot connect.
  client.on("error", () => {});
  await client.connect();
  const http = createServer();
  const adapter = createAdapter(client, { maxLen: 50_000, ...options });
  const io = new Server(http, { adapter, ...(recovery ? { connectionStateRecovery: {} } : {}) });
  const all = io.of("/");
  all.on("connection", (socket) => {
    Object.assign(socket.data, socket.handshake.auth);
    if (socket.handshake.auth.room) socket.join(socket.handshake.auth.room);
  });
  const heard = [];
  all.on("news", (...args) => heard.push(...args));
  all.on("who?", (answer) => answer(name));
  io.of("/control").on("connection", (socket) => {
    socket.onAny((what, to, event, args, answer) => {
      order(io, all, heard, name, what, to, event, args).then(answer, (error) => answer({ error: error.message }));
    });
  });
  if (admin) instrument(io, { auth: { type: "basic", ...ADMIN }, serverId: name, mode: "development", store: store(client) });
  await once(http.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${http.address().port}`,
    stop: async () => {
      await io.close();
      if (client.isOpen) client.destroy();
    },
  };
}

// Of "sesame".
const ADMIN = { username: "admin", password: "$2b$06$parlorparlorparlorparerMakVbQRvvGdvJkLxv9jO1HPvokjDTi" };

/** The stock store, which speaks to a client as they were before version 4. */
function store(client) {
  return new RedisStore({
    exists: (key, answer) => client.exists(key).then((there) => answer(null, there), answer),
    multi() {
      const some = client.multi();
      const old = {
        set: (key, value) => (some.set(key, String(value)), old),
        expire: (key, seconds) => (some.expire(key, seconds), old),
        exec: () => some.exec(),
      };
      return old;
    },
  });
}

async function order(io, all, heard, own, what, to, event, args) {
  let some = all.to(to.rooms ?? []).except(to.except ?? []).timeout(2000);
  if (to.local) some = some.local;
  if (to.volatile) some = some.volatile;
  switch (what) {
    case "emit":
      return void some.emit(event, ...args);
    case "burst":
      for (let number = 0; number < args[0]; number += 1) {
        some.emit("burst", event, number);
        if (number % (args[1] / 50) === 0) await new Promise((soon) => setTimeout(soon, 20));
      }
      return undefined;
    case "ask":
      return new Promise((resolve) => some.emit(event, ...args, (late, answers) => resolve([answers, late ? 1 : 0, 0])));
    case "fetch": {
      const sockets = await some.fetchSockets();
      return sockets.map(({ id, rooms, data, handshake }) => ({ id, rooms: [...rooms], data, handshake }));
    }
    case "join":
      return void some.socketsJoin(event);
    case "leave":
      return void some.socketsLeave(event);
    case "put-out":
      return void some.disconnectSockets(to.close);
    case "server-emit":
      return void io.serverSideEmit(event, ...args);
    case "server-ask":
      return [await io.serverSideEmitWithAck(event, ...args), 0];
    case "heard":
      return heard.splice(0);
    case "state":
      return [true, await io.of("/").adapter.serverCount(), ""];
    default:
      throw new Error(`nothing is known of ${what} (${own})`);
  }
}
