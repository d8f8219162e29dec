// Stock clients that are cut off at random while the server says much, and what each of them has heard in the end.
// `node recovery.js` does it with a thousand for a minute; PARLOR_INTEROP_BIN names the server's binary.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { LOSSES, Returning, lose } from "../losing.js";
import { during } from "../server.js";

const LONG = { clients: 1000, seconds: 60, perSecond: 1000, rooms: 100, cutEveryMs: 10_000 };
/** How many events go out at a time: timers are too coarse for each alone. */
const BATCH_MS = 10;
/** One event in so many is for all, the others for a room each. */
const FOR_ALL = 500;
/** How often it is drawn who is cut off. */
const CUTS_MS = 20;
/** So many events may be on their way to the server: behind more, a heartbeat's pong would come too late on a slow machine. */
const AHEAD = 1_000;
/** How long the last of them may be away. */
const CALM_MS = 3_000;
/** How long clients may take to read what they were sent, all in one process on what the server leaves of the machine. */
const PATIENCE_MS = 120_000;

/** Fails if anybody lost an event or heard one twice, or out of order; gives figures. */
export function recovery(options = LONG) {
  return during("PARLOR_INTEROP_BIN", ["127.0.0.1:0", "recovery"], (url, clients) => run(url, options, clients));
}

async function run(url, { clients: count, seconds, perSecond, rooms, cutEveryMs }, clients) {
  const speaker = new Returning(url);
  clients.push(speaker);
  await speaker.connected();
  const listeners = Array.from({ length: count }, (_, at) => new Listener(url, at % rooms));
  clients.push(...listeners);
  await Promise.all(listeners.map((listener) => listener.joins()));
  const said = { rooms: Array(rooms).fill(0), all: 0 };
  const cutting = new AbortController();
  const cuts = cutAtRandom(listeners, cutEveryMs, cutting.signal);
  const began = performance.now();
  let [sent, taken] = [0, 0];
  while (sent < seconds * perSecond) {
    const due = Math.min(seconds * perSecond, taken + AHEAD, Math.floor(((performance.now() - began) / 1000) * perSecond));
    for (; sent < due; sent += 1) say(speaker.socket, said, sent, rooms);
    const upTo = sent;
    speaker.socket.emit("where", () => (taken = upTo));
    await new Promise((on) => setTimeout(on, BATCH_MS));
  }
  const took = (performance.now() - began) / 1000;
  cutting.abort();
  const losses = await cuts;
  await new Promise((on) => setTimeout(on, CALM_MS));
  // Each hears one thing more: all that was said before has come, or is lost.
  speaker.socket.emit("tell", "all", "end", 0);
  await Promise.all(listeners.map((listener) => listener.until("the end", () => listener.ended, PATIENCE_MS)));
  assert.equal(speaker.returns.length, 1, "what the speaker says is not what is lost");
  for (const listener of listeners) listener.check(said);
  const heard = listeners.reduce((sum, { numbers }) => sum + numbers.room.length + numbers.all.length, 0);
  return { clients: count, said: sent, perSecond: Math.round(sent / took), heard, losses, lost: 0, twice: 0 };
}

/** One more event, numbered among those of its room. */
function say(socket, said, sent, rooms) {
  if (sent % FOR_ALL === 0) {
    socket.emit("tell", "all", "all", said.all);
    said.all += 1;
  } else {
    const room = sent % rooms;
    socket.emit("tell", `room ${room}`, "n", said.rooms[room]);
    said.rooms[room] += 1;
  }
}

/** Each loses its connection about every so often, in one way or another, until it is over. How often each way. */
async function cutAtRandom(listeners, everyMs, over) {
  const losses = Object.fromEntries(LOSSES.map((how) => [how, 0]));
  const cut = (listener) => {
    if (over.aborted || !listener.socket.connected) return;
    const how = LOSSES[Math.floor(Math.random() * LOSSES.length)];
    losses[how] += 1;
    listener.cuts += 1;
    lose(listener.socket, how);
  };
  let last = performance.now();
  while (!over.aborted) {
    await new Promise((on) => setTimeout(on, CUTS_MS));
    const now = performance.now();
    for (const listener of listeners) if (Math.random() < (now - last) / everyMs) cut(listener);
    last = now;
  }
  return losses;
}

class Listener extends Returning {
  constructor(url, room) {
    super(url);
    this.room = room;
    this.cuts = 0;
    this.ended = false;
    this.numbers = { room: [], all: [] };
    // Before anybody looks for it.
    this.socket.prependAny((event, n) => {
      if (event === "n") this.numbers.room.push(n);
      if (event === "all") this.numbers.all.push(n);
      if (event === "end") this.ended = true;
    });
    // Only numbers are kept.
    this.socket.onAny(() => this.heard.pop());
  }

  async joins() {
    await this.connected();
    for (const room of [`room ${this.room}`, "all"]) await this.ask("join", room);
  }

  check(said) {
    inOrder(this.numbers.room, said.rooms[this.room]);
    inOrder(this.numbers.all, said.all);
    const [first, ...returns] = this.returns;
    assert.ok(returns.length >= this.cuts, `${this.cuts} cuts, ${returns.length} returns`);
    for (const { id, recovered } of returns) assert.ok(recovered && id === first.id, "each return is a recovery");
  }
}

function inOrder(numbers, count) {
  const odd = numbers.findIndex((n, at) => n !== at);
  assert.ok(odd < 0, `${numbers[odd]} was heard when it was ${odd}'s turn`);
  assert.equal(numbers.length, count, "none is missing");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(JSON.stringify(await recovery()));
  process.exit(0);
}
