// A table of clients around one room: opens the room, seats them, and closes them all when the test ends.
// What they then do is the test's.
import { describe, test } from "node:test";
import { KINDS, connect } from "./client.js";
import { HOST_KEY } from "./server.js";

/** Runs the body once for every kind of client, each with a table of its own. */
export function everyKind(title, server, body) {
  describe(title, { concurrency: 3 }, () => {
    for (const kind of KINDS) {
      test(kind.name, async () => {
        const table = new Table(server().url, kind);
        await body(table);
        table.close();
      });
    }
  });
}

export class Table {
  #clients = [];

  constructor(url, kind) {
    this.url = url;
    this.kind = kind;
  }

  /** One more client, of the table's kind unless another is asked for. */
  async client({ kind = this.kind, namespace = "/" } = {}) {
    const client = await connect(this.url, kind, namespace);
    this.#clients.push(client);
    return client;
  }

  /** A host with a quiz of this pack. */
  async quiz(pack = "kinds", options = {}) {
    const host = await this.client();
    await host.does("create", { game: "quiz", role: "host", key: HOST_KEY, private: true, options: { pack, ...options } });
    return host;
  }

  /** A player in this room. */
  async player(room, name, more = {}) {
    const player = await this.client();
    await player.does("join", { room, name, ...more });
    return player;
  }

  close() {
    for (const client of this.#clients) client.close();
  }
}
