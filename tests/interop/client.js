// A stock Socket.IO client with a memory: what it heard, and the state it has put together from it.
// It checks the sequence of snapshots and deltas; what they mean is the tests'.
import assert from "node:assert/strict";
import { io } from "socket.io-client";
import msgpack from "socket.io-msgpack-parser";
import { unpack } from "../../clients/sdk/dist/packed.js";

const WAIT_MS = 20_000;

/** Every way a stock client may come: parser by transport. */
export const KINDS = ["json", "msgpack"].flatMap((parser) =>
  ["polling", "websocket", "upgrade"].map((transport) => ({ parser, transport, name: `${parser}, ${transport}` })),
);

const TRANSPORTS = { polling: ["polling"], websocket: ["websocket"], upgrade: ["polling", "websocket"] };

/** A connected client of this kind, upgraded if that is its kind. */
export async function connect(url, kind, namespace = "/") {
  const client = new Client(url, kind, namespace);
  await client.connected();
  return client;
}

export class Client {
  constructor(url, kind, namespace = "/") {
    this.kind = kind;
    this.log = [];
    this.faults = [];
    this.state = undefined;
    this.tick = undefined;
    this.waiting = new Set();
    this.socket = io(url + (namespace === "/" ? "" : namespace), {
      transports: TRANSPORTS[kind.transport],
      forceNew: true,
      reconnection: false,
      ...(kind.parser === "msgpack" ? { parser: msgpack } : {}),
    });
    this.socket.onAny((event, ...args) => this.#heard(event, args));
    this.socket.on("disconnect", (reason) => this.#heard("disconnect", [reason]));
  }

  async connected() {
    await within(WAIT_MS, `connect (${this.kind.name})`, (resolve, reject) => {
      this.socket.once("connect", resolve);
      this.socket.once("connect_error", reject);
    });
    const engine = this.socket.io.engine;
    if (this.kind.transport === "upgrade" && engine.transport.name !== "websocket") {
      await within(WAIT_MS, "upgrade", (resolve) => engine.once("upgrade", resolve));
    }
    const expected = this.kind.transport === "polling" ? "polling" : "websocket";
    assert.equal(engine.transport.name, expected);
  }

  /** Asks, and gives the acknowledgement, whatever it says. */
  async ask(event, ...payload) {
    // Not `emitWithAck`: what follows a promise runs after the events that came with the acknowledgement.
    const ack = await new Promise((resolve, reject) => {
      this.socket.timeout(WAIT_MS).emit(event, ...payload, (late, ack) => {
        if (late) return reject(new Error(`${event} ${JSON.stringify(payload)} was not acknowledged`));
        if (ack?.ok && "state" in ack) this.#seated(ack);
        resolve(ack);
      });
    });
    assert.equal(typeof ack?.ok, "boolean", `${event} is acknowledged with ok: ${JSON.stringify(ack)}`);
    return ack;
  }

  /** Asks for what must be granted. */
  async does(event, ...payload) {
    const ack = await this.ask(event, ...payload);
    assert.ok(ack.ok, `${event} ${JSON.stringify(payload)}: ${JSON.stringify(ack)}`);
    return ack;
  }

  /** Asks for what must be refused with this code, in words. */
  async refused(code, event, ...payload) {
    const ack = await this.ask(event, ...payload);
    assert.equal(ack.ok, false, `${event} ${JSON.stringify(payload)} must be refused`);
    assert.equal(ack.code, code, `${event} ${JSON.stringify(payload)}: ${ack.message}`);
    assert.match(ack.message, /\S.*[.!?)]$/, "the refusal has words");
    assert.deepEqual(Object.keys(ack).sort(), ["code", "message", "ok"]);
    return ack;
  }

  /** The first event of this name that passes the test, heard already or yet to come. */
  async hears(event, test = () => true) {
    const found = () => this.log.find((entry) => entry.event === event && test(entry.payload))?.payload;
    return this.#until(`${event} such that ${test}`, found);
  }

  /** The state, as soon as it passes the test. */
  async sees(test) {
    return this.#until(`state such that ${test}`, () => (this.state !== undefined && test(this.state) ? this.state : undefined));
  }

  /** All payloads of this event so far. */
  all(event) {
    return this.log.filter((entry) => entry.event === event).map((entry) => entry.payload);
  }

  /** Forgets what was heard, so that `hears` waits for what follows. */
  forget() {
    this.log.length = 0;
  }

  /** Ends the connection without a word, as a lost network does. */
  cut() {
    this.socket.io.engine.transport.close();
    this.socket.io.engine.close();
  }

  /** Leaves the server, and fails if what was heard did not fit together. */
  close() {
    this.socket.disconnect();
    assert.deepEqual(this.faults, [], `${this.kind.name}: snapshots and deltas fit together`);
  }

  #seated(ack) {
    this.#hold(ack.tick, ack.state);
    this.seat = ack.seat;
    this.token = ack.token;
    this.room = ack.room;
  }

  #heard(event, args) {
    const payload = args[0];
    if (event === "snapshot") this.#hold(payload.tick, payload.state);
    if (event === "delta") {
      if (payload.base !== this.tick) this.faults.push(`delta from ${payload.base} to ${payload.tick}, and we hold ${this.tick}`);
      this.#hold(payload.tick, merged(this.state, payload.patch));
    }
    if (event === "packed") this.#unpack(payload);
    this.log.push({ event, payload });
    for (const look of this.waiting) look();
  }

  #unpack(bytes) {
    try {
      this.held = unpack(bytes, this.held);
      this.#hold(this.held.tick, this.held.state);
    } catch (error) {
      this.faults.push(`packed at ${this.tick}: ${error.message}`);
    }
  }

  #hold(tick, state) {
    if (this.tick !== undefined && tick < this.tick) this.faults.push(`state of ${tick} after that of ${this.tick}`);
    this.tick = tick;
    this.state = state;
  }

  async #until(what, found) {
    const held = found();
    if (held !== undefined) return held;
    let look;
    try {
      return await within(WAIT_MS, `${what} (${this.kind.name})`, (resolve) => {
        look = () => {
          const value = found();
          if (value !== undefined) resolve(value);
        };
        this.waiting.add(look);
      });
    } catch (error) {
      const last = this.log.slice(-8).map((entry) => JSON.stringify(entry).slice(0, 300));
      error.message += `\nstate: ${JSON.stringify(this.state)?.slice(0, 600)}\nlast heard:\n${last.join("\n")}`;
      throw error;
    } finally {
      this.waiting.delete(look);
    }
  }
}

/** An RFC 7396 merge patch, applied to a copy. */
export function merged(target, patch) {
  if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
  const out = target !== null && typeof target === "object" && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else out[key] = merged(out[key], value);
  }
  return out;
}

/** A promise that fails with `what` when it takes too long. */
export function within(ms, what, body) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms);
    const settle = (done) => (value) => {
      clearTimeout(late);
      done(value);
    };
    body(settle(resolve), settle(reject));
  });
}
