// Three servers on one Redis, one of Node and two of Parlor, and stock clients on each.
// What is to come of what they do is the tests'.
import { io } from "socket.io-client";
import msgpack from "socket.io-msgpack-parser";
import { within } from "../client.js";
import { start } from "../server.js";
import { node } from "./node.js";
import { redis } from "./redis.js";

const WAIT_MS = 20_000;

/** The servers' names. */
export const SERVERS = ["node", "left", "right"];

/**
 * The options of Parlor's servers are lines of TOML, those of Node's an object. With `asked`, middleware of Parlor's is asked about those who
 * come back, and takes its time. With `through`, servers of these names reach Redis by what is opened there.
 */
export async function cluster({
  names = SERVERS,
  recovery = false,
  asked = false,
  keeps = false,
  tls = false,
  admin = false,
  options = {},
  through = {},
} = {}) {
  const store = await redis({ keeps, tls });
  const opened = [store];
  try {
    const servers = {};
    for (const name of names) {
      const words = [...(admin ? ["admin"] : []), ...(asked ? ["asked"] : [])];
      const way = await through[name]?.(store.url);
      if (way) opened.unshift(way);
      const args = [name, `url = "${way?.url ?? store.url}"`, `recovery = ${recovery}`, ...store.options, ...(options.parlor ?? []), ...words];
      servers[name] =
        name === "node" ? await node(name, store, { recovery, admin, options: options.node }) : await start("PARLOR_CLUSTER_BIN", args);
      opened.unshift(servers[name]);
    }
    const all = new Cluster(store, servers, opened);
    await all.begin();
    return all;
  } catch (error) {
    for (const each of opened) await each.stop().catch(() => {});
    throw error;
  }
}

class Cluster {
  #opened;
  #controls = {};
  #clients = [];
  #fences = 0;
  constructor(store, servers, opened) {
    this.redis = store;
    this.servers = servers;
    this.names = Object.keys(servers);
    this.#opened = opened;
  }

  /** When each server knows of all. */
  async begin() {
    for (const name of this.names) {
      const control = io(`${this.servers[name].url}/control`, { transports: ["websocket"], forceNew: true });
      this.#controls[name] = control;
      await within(WAIT_MS, `${name}'s control`, (resolve, reject) => control.once("connect", resolve).once("connect_error", reject));
    }
    await this.together();
  }

  async together() {
    for (const name of this.names) {
      await this.until(`${name} knows of all`, async () => {
        const state = await this.order(name, "state");
        return state[0] && state[1] === this.names.length;
      });
    }
  }

  async until(what, is) {
    const end = Date.now() + WAIT_MS;
    while (!(await is())) {
      if (Date.now() > end) throw new Error(`not in time: ${what}`);
      await new Promise((soon) => setTimeout(soon, 20));
    }
  }

  /** Has a server do something in `/`. */
  async order(name, what, to = {}, event = "", args = []) {
    const answer = await within(WAIT_MS, `${name}: ${what}`, (resolve) => {
      this.#controls[name].emit(what, to, event, args, resolve);
    });
    if (answer?.error) throw new Error(`${name}: ${what}: ${answer.error}`);
    return answer;
  }

  /** A client of a server, in a room. */
  async client(name, room, options = {}) {
    const client = new Client(this, name, room, options);
    this.#clients.push(client);
    await client.connected();
    // It is in the namespace a moment after it was told so.
    const own = { rooms: [client.socket.id], local: true };
    await this.until(`${client.name} is in`, async () => (await this.order(name, "fetch", own)).length === 1);
    return client;
  }

  /** One that loses its connection as soon as it has come, and has heard nothing. */
  async cutAtOnce(name, room, options = {}) {
    const client = new Client(this, name, room, options);
    this.#clients.push(client);
    client.socket.once("connect", () => client.socket.io.engine.close());
    await within(WAIT_MS, `${client.name} comes and goes`, (resolve) => client.socket.once("disconnect", resolve));
    // What came with the answer to its CONNECT is lost with the connection; the stock client would keep it for the next one.
    client.socket.receiveBuffer = [];
    return client;
  }

  /** When no server believes in it any more. */
  async gone(id) {
    await this.until("it is gone", async () => (await this.order("left", "fetch", { rooms: [id] })).length === 0);
  }

  /**
   * Has each server in turn send an event to these clients behind all that it has sent so far, and gives what each has heard
   * before. Others hear it as well, unless they are not in these rooms.
   */
  async heard(clients, by = this.names, rooms = []) {
    for (const name of by) {
      const fence = `fence ${(this.#fences += 1)}`;
      await this.order(name, "emit", { rooms }, fence);
      await Promise.all(clients.map((client) => client.until(fence)));
    }
    return clients.map((client) => client.take());
  }

  async stop() {
    for (const client of this.#clients) client.socket.disconnect();
    for (const control of Object.values(this.#controls)) control.disconnect();
    for (const each of this.#opened) await each.stop();
  }
}

class Client {
  #log = [];
  #lookers = new Set();
  constructor(cluster, name, room, { parser = "json", transports = ["websocket"], url = cluster.servers[name].url }) {
    this.cluster = cluster;
    this.name = `${name}-${room}`;
    this.reasons = [];
    this.socket = io(url, {
      transports,
      forceNew: true,
      reconnection: false,
      auth: { name: this.name, room },
      ...(parser === "msgpack" ? { parser: msgpack } : {}),
    });
    this.socket.onAny((event, ...args) => {
      if (typeof args.at(-1) === "function") args.pop()(`${this.name} says ${event}`, "and more");
      this.#log.push([event, ...args]);
      for (const look of this.#lookers) look();
    });
    this.socket.on("disconnect", (reason) => this.reasons.push(reason));
  }

  async connected() {
    await within(WAIT_MS, `${this.name} connects`, (resolve, reject) => {
      this.socket.once("connect", resolve).once("connect_error", reject);
    });
  }

  /** Waits for an event of this name. */
  async until(event) {
    const heard = () => this.#log.some(([name]) => name === event);
    try {
      await within(WAIT_MS, event, (resolve) => {
        const look = () => {
          if (!heard()) return;
          this.#lookers.delete(look);
          resolve();
        };
        this.#lookers.add(look);
        look();
      });
    } catch (error) {
      throw new Error(`${this.name}: ${error.message}; heard ${JSON.stringify(this.#log).slice(-500)}`, { cause: error });
    }
  }

  count(event) {
    return this.#log.filter(([name]) => name === event).length;
  }

  /** What was heard since the last time, but for what is put behind it. */
  take() {
    return this.#log.splice(0).filter(([event]) => !event.startsWith("fence"));
  }

  /** Loses its connection without a word. */
  async cut() {
    const gone = within(WAIT_MS, "the disconnection", (resolve) => this.socket.once("disconnect", resolve));
    this.socket.io.engine.close();
    await gone;
  }

  /** Comes back to a server, as a balancer may have it. */
  async back(name, url = this.cluster.servers[name].url) {
    this.socket.io.uri = url;
    const connected = this.connected();
    this.socket.connect();
    await connected;
  }
}
