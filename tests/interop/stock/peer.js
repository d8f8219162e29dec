// A stock client that is told of events, such as an admin is.
// What these say is the tests'.
import { io } from "socket.io-client";
import msgpack from "socket.io-msgpack-parser";
import { within } from "../client.js";

const WAIT_MS = 15_000;
const TRANSPORTS = { polling: ["polling"], websocket: ["websocket"], upgrade: ["polling", "websocket"] };

/** A stock client that keeps what it heard, each event whole. */
export class Peer {
  static #all = [];
  heard = [];
  #look = () => {};

  constructor(url, { parser, transport }, auth) {
    const options = { transports: TRANSPORTS[transport], forceNew: true, reconnection: false, auth };
    this.socket = io(url, { ...options, ...(parser === "msgpack" ? { parser: msgpack } : {}) });
    this.socket.onAny((...event) => this.#keep(event));
    this.socket.on("disconnect", (reason) => this.#keep(["disconnect", reason]));
    Peer.#all.push(this);
  }

  /** Has all of them leave. */
  static disconnect() {
    for (const peer of Peer.#all.splice(0)) peer.socket.disconnect();
  }

  #keep(event) {
    this.heard.push(event);
    this.#look();
  }

  /** In, and upgraded if that is its kind. */
  async in({ transport }) {
    await within(WAIT_MS, "connect", (resolve, reject) => this.socket.once("connect", resolve).once("connect_error", reject));
    const { engine } = this.socket.io;
    if (transport === "upgrade" && engine.transport.name !== "websocket") {
      await within(WAIT_MS, "upgrade", (resolve) => engine.once("upgrade", resolve));
    }
    return this;
  }

  refused() {
    return within(WAIT_MS, "a refusal", (resolve, reject) => {
      this.socket.once("connect", () => reject(new Error("it was let in"))).once("connect_error", (error) => resolve(error.message));
    });
  }

  /** The first event of this name that passes, heard already or yet to come: its arguments. */
  hears(name, passes = () => true) {
    const found = () => this.heard.find(([other, ...args]) => other === name && passes(...args))?.slice(1);
    return within(WAIT_MS, `${name} such that ${passes}`, (resolve) => {
      this.#look = () => {
        const args = found();
        if (args) resolve(args);
      };
      this.#look();
    });
  }
}
