// One case of the table, done by a stock JavaScript client.
// It judges by the table alone, and knows nothing of the servers.
import assert from "node:assert/strict";
import { Manager } from "socket.io-client";
import { Manager as Manager3 } from "socket.io-client-3";
import msgpack from "socket.io-msgpack-parser";
import { within } from "../client.js";
import { matches, sent } from "./cases.js";

const WAIT_MS = 15_000;
const MANAGERS = { "socket.io-client 4": Manager, "socket.io-client 3": Manager3 };
const TRANSPORTS = {
  polling: ["polling"],
  websocket: ["websocket"],
  upgrade: ["polling", "websocket"],
  fallback: ["websocket", "polling"],
};

/** Does all steps, and sees that they were carried as they should. */
export async function play(client, group, steps) {
  const run = new Run(client, group);
  try {
    for (const step of steps) {
      try {
        await run.step(step);
      } catch (error) {
        error.message = `${JSON.stringify(step).slice(0, 300)}: ${error.message}`;
        throw error;
      }
    }
    await run.carried(group);
  } finally {
    run.close();
  }
}

class Run {
  #manager;
  #sockets = new Map();
  #heard = [];
  #answers = new Map();
  #lookers = new Set();
  #upgradeRefused = new Set();

  constructor(client, { way, kind, parser }) {
    this.#manager = new MANAGERS[client](way.url, {
      transports: TRANSPORTS[kind],
      tryAllTransports: kind === "fallback",
      autoConnect: false,
      reconnectionDelay: 50,
      reconnectionDelayMax: 200,
      ...(way.ca ? { ca: way.ca } : {}),
      ...(parser === "msgpack" ? { parser: msgpack } : {}),
    });
    this.restart = way.restart;
    // An engine is another one after each reconnection.
    this.#manager.on("open", () => {
      const { engine } = this.#manager;
      engine.once("upgradeError", () => this.#upgradeRefused.add(engine));
    });
  }

  async step(step) {
    const [verb] = ["connect", "refused", "emit", "hear", "ask", "answer", "burst", "gone", "restart", "back"].filter((each) => each in step);
    const at = step.at ?? "/";
    switch (verb) {
      case "connect":
        this.#open(step.connect, step.auth);
        return this.#until(() => this.#takes(step.connect, "connect"));
      case "refused":
        return this.#refused(step);
      case "emit":
        return void this.#sockets.get(at).emit(...sent(step.emit));
      case "hear":
        return this.#until(() => this.#takes(at, ...step.hear));
      case "ask": {
        const came = await within(WAIT_MS, "an acknowledgement", (answered) => {
          this.#sockets.get(at).emit(...sent(step.ask), (...args) => answered(args));
        });
        return assert.ok(matches(came, step.gives), `acknowledged with ${JSON.stringify(came).slice(0, 500)}`);
      }
      case "answer":
        return void this.#answers.set(step.answer, sent(step.with));
      case "burst":
        return this.#burst(step.burst);
      case "gone":
        return this.#until(() => this.#takes(step.gone, "disconnect", "io server disconnect"));
      case "restart": {
        this.#heard = this.#heard.filter(({ event }) => event !== "connect");
        const answer = await fetch(`${this.restart}/${step.restart}`, { method: "POST" });
        return assert.ok(answer.ok, await answer.text());
      }
      case "back":
        return this.#until(() => this.#takes(step.back, "connect"));
      default:
        throw new Error("the runner does not know this step");
    }
  }

  /** The transport at the end: what was done before has gone on while it was upgraded. */
  async carried({ kind, carried }) {
    const { engine } = this.#manager;
    const settled = kind === "upgrade" ? engine.transport.name === "websocket" || this.#upgradeRefused.has(engine) : true;
    if (!settled) await within(WAIT_MS, "the upgrade's end", (resolve) => engine.once("upgrade", resolve).once("upgradeError", resolve));
    assert.equal(engine.transport.name, carried);
  }

  close() {
    this.#manager.reconnection(false);
    for (const socket of this.#sockets.values()) socket.disconnect();
    this.#manager.engine?.close();
  }

  #open(namespace, auth = {}) {
    const socket = this.#sockets.get(namespace) ?? this.#listened(namespace);
    socket.auth = auth;
    socket.connect();
  }

  #listened(namespace) {
    const socket = this.#manager.socket(namespace);
    const hears = (event, args) => {
      this.#heard.push({ at: namespace, event, args });
      for (const look of this.#lookers) look();
    };
    socket.onAny((event, ...args) => {
      const acknowledge = typeof args.at(-1) === "function" ? args.pop() : undefined;
      hears(event, args);
      acknowledge?.(...(this.#answers.get(event) ?? []));
    });
    socket.on("connect", () => hears("connect", []));
    socket.on("disconnect", (reason) => hears("disconnect", [reason]));
    socket.on("connect_error", (error) => hears("connect_error", [error]));
    this.#sockets.set(namespace, socket);
    return socket;
  }

  /** On the connection of those that were let in, which lives on. */
  async #refused({ refused, auth, error }) {
    this.#open(refused, auth);
    const { args: [came] } = await this.#until(() => this.#take(({ at, event }) => at === refused && event === "connect_error"));
    const said = { message: came.message, ...(came.data === undefined ? {} : { data: came.data }) };
    assert.ok(matches(said, error), `refused with ${JSON.stringify(said)}`);
    this.#sockets.get(refused).disconnect();
  }

  async #burst(count) {
    const socket = this.#sockets.get("/");
    for (let n = 0; n < count; n += 1) socket.emit("echo", n);
    for (let n = 0; n < count; n += 1) {
      const { args } = await this.#until(() => this.#take(({ event }) => event === "echo"));
      assert.deepEqual(args, [n], "in order");
    }
  }

  /** Forgets what was heard up to such an event, and whether there was one. */
  #takes(namespace, name, ...args) {
    return this.#take((heard) => heard.at === namespace && heard.event === name && matches(heard.args, args));
  }

  #take(wanted) {
    const found = this.#heard.findIndex(wanted);
    return found < 0 ? undefined : this.#heard.splice(found, 1)[0];
  }

  /** What `found` gives, as soon as it gives something. */
  async #until(found) {
    try {
      return await within(WAIT_MS, "it", (resolve) => {
        const look = () => {
          const value = found();
          if (!value) return;
          this.#lookers.delete(look);
          resolve(value);
        };
        this.#lookers.add(look);
        look();
      });
    } catch (error) {
      throw new Error(`${error.message}; heard ${JSON.stringify(this.#heard).slice(0, 1000)}`, { cause: error });
    }
  }
}
