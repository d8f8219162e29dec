// Events for clients from a process that is no server, written into the stream as `@socket.io/redis-streams-emitter` writes them.
// That package is not published; what it writes is its repository's to say.
import { encode } from "@msgpack/msgpack";

const [EVENT, BROADCAST, JOIN, LEAVE, DISCONNECT, SERVER_EVENT] = [2, 3, 4, 5, 6, 9];

export class Emitter {
  #client;
  #opts;
  constructor(client, opts = { rooms: [], except: [], flags: {} }) {
    this.#client = client;
    this.#opts = opts;
  }

  to(...rooms) {
    return new Emitter(this.#client, { ...this.#opts, rooms: [...this.#opts.rooms, ...rooms] });
  }

  except(...rooms) {
    return new Emitter(this.#client, { ...this.#opts, except: [...this.#opts.except, ...rooms] });
  }


  emit(...data) {
    return this.#write(BROADCAST, { packet: { type: EVENT, data, nsp: "/" }, opts: this.#opts });
  }

  socketsJoin(...rooms) {
    return this.#write(JOIN, { opts: { ...this.#opts, flags: {} }, rooms });
  }

  socketsLeave(...rooms) {
    return this.#write(LEAVE, { opts: { ...this.#opts, flags: {} }, rooms });
  }

  disconnectSockets(close = false) {
    return this.#write(DISCONNECT, { opts: { ...this.#opts, flags: {} }, close });
  }

  serverSideEmit(...packet) {
    return this.#write(SERVER_EVENT, { packet });
  }

  #write(type, said) {
    const binary = said.packet?.data?.some((each) => Buffer.isBuffer(each));
    const data = binary ? Buffer.from(encode(said)).toString("base64") : JSON.stringify(said);
    const TRIM = { strategy: "MAXLEN", strategyModifier: "~", threshold: 10_000 };
    return this.#client.xAdd("socket.io", "*", { uid: "emitter", nsp: "/", type: String(type), data }, { TRIM });
  }
}
