// How a stock client loses its connection, and what one hears that returns.
// It judges nothing: what was to be heard is the tests'.
import msgpack from "socket.io-msgpack-parser";
import { io } from "socket.io-client";
import { within } from "./client.js";

const WAIT_MS = 20_000;
const TRANSPORTS = { polling: ["polling"], websocket: ["websocket"], upgrade: ["polling", "websocket"] };

/** `closed`: the server is told. `broken`: it notices. `unnoticed`: it does not, for a while. */
export const LOSSES = ["closed", "broken", "unnoticed"];

/** Loses the connection of this socket, which then reconnects by itself. */
export function lose(socket, how) {
  const { engine } = socket.io;
  const { transport } = engine;
  if (how === "closed") return void engine.close();
  if (how === "broken") {
    transport.ws?.terminate();
    (transport.pollXhr ?? transport._pollXhr)?.abort();
  }
  // What is still open there is nobody's any more.
  transport.onClose({ description: how });
}

/** A stock client that returns by itself, and remembers each event. */
export class Returning {
  #waiting = new Set();

  constructor(url, { parser = "json", transport = "websocket" } = {}, namespace = "/") {
    this.heard = [];
    this.returns = [];
    this.socket = io(url + namespace, {
      transports: TRANSPORTS[transport],
      forceNew: true,
      reconnectionDelay: 20,
      reconnectionDelayMax: 100,
      ...(parser === "msgpack" ? { parser: msgpack } : {}),
    });
    this.socket.on("connect", () => {
      this.returns.push({ id: this.socket.id, recovered: this.socket.recovered });
      this.#look();
    });
    this.socket.onAny((event, ...args) => {
      this.heard.push({ event, args });
      this.#look();
    });
  }

  /** Its connection has come about so many times. */
  async connected(times = 1) {
    await this.until(`connection ${times}`, () => this.returns.length >= times);
    return this.returns[times - 1];
  }

  /** It has lost its connection in this way, and has it back. */
  async loses(how) {
    const times = this.returns.length;
    lose(this.socket, how);
    return this.connected(times + 1);
  }

  /** The first arguments of such events. */
  all(event) {
    return this.heard.filter((heard) => heard.event === event).map(({ args }) => args[0]);
  }

  /** The acknowledgement's argument. */
  ask(event, ...args) {
    return within(WAIT_MS, event, (answered) => this.socket.emit(event, ...args, answered));
  }

  async until(what, found, ms = WAIT_MS) {
    let look;
    try {
      return await within(ms, what, (resolve) => {
        look = () => found() && resolve();
        this.#waiting.add(look);
        look();
      });
    } finally {
      this.#waiting.delete(look);
    }
  }

  close() {
    this.socket.io.reconnection(false);
    this.socket.disconnect();
    this.socket.io.engine?.close();
  }

  #look() {
    for (const look of this.#waiting) look();
  }
}
