// The arena on Colyseus: one of its rooms for each, the state in its schema, a patch after each step.
// Its clients are sent what has changed, in Colyseus's own encoding, and no whole state each tick as the others'.
import { Room, Server } from "@colyseus/core";
import { schema, t } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { Arena, now, options, phase } from "./arena.js";

const { port, hz, visible } = options({ port: 0, hz: 30, visible: 8 });
let opened = 0;

const Player = schema({ x: t.float32(), y: t.float32(), score: t.uint32() }, "Player");
const Coin = schema({ x: t.uint16(), y: t.uint16() }, "Coin");
/** `t`: when this state was made, in milliseconds since the Unix epoch. The load generator counts latency from it. */
const State = schema({ t: t.float64(), players: t.map(Player), coins: t.map(Coin) }, "State");

class ArenaRoom extends Room {
  // The step sends its patch itself: two timers of one rate would leave each state waiting for the other one.
  patchRate = null;
  state = new State();
  messages = {
    input: (client, input) => this.arena.move(client.sessionId, input),
  };

  onCreate() {
    this.arena = new Arena(hz, visible);
    const step = () => {
      this.arena.step();
      this.#show();
      this.broadcastPatch();
    };
    setTimeout(() => this.setTimestep(step, 1000 / hz), (phase(opened) * 1000) / hz);
    opened += 1;
  }

  onJoin(client) {
    this.arena.join(client.sessionId);
  }

  onLeave(client) {
    this.arena.leave(client.sessionId);
  }

  /** Writes into the state what has changed; the patch is Colyseus's to find. */
  #show() {
    const { players, coins } = this.state;
    // First, so that it leads the patch: the load generator finds it there.
    this.state.t = now();
    const seen = new Set();
    for (const { id, x, y, score } of this.arena.seen()) {
      seen.add(id);
      let player = players.get(id);
      if (!player) players.set(id, (player = new Player()));
      player.x = x;
      player.y = y;
      player.score = score;
    }
    for (const id of players.keys()) if (!seen.has(id)) players.delete(id);
    this.arena.coins.forEach(({ x, y }, id) => {
      let coin = coins.get(String(id));
      if (!coin) coins.set(String(id), (coin = new Coin()));
      coin.x = Math.round(x);
      coin.y = Math.round(y);
    });
  }
}

const transport = new WebSocketTransport();
const server = new Server({ transport, greet: false });
server.define("arena", ArenaRoom).filterBy(["room"]);
await server.listen(port, "127.0.0.1");
console.log(`listening on 127.0.0.1:${transport.server.address().port}`);
