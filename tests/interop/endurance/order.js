// One stock client that says very much, which the server must handle in its order while a thousand others speak to it.
// `node order.js` does it with a hundred thousand events; PARLOR_INTEROP_BIN names the server's binary.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Returning } from "../losing.js";
import { during } from "../server.js";

const LONG = { events: 100_000, others: 1000 };
/** So many are on their way at a time, at most. */
const BATCH = 500;

/** Fails if the server handled one out of its turn; gives figures. */
export function order(options = LONG) {
  return during("PARLOR_INTEROP_BIN", ["127.0.0.1:0"], (url, clients) => run(url, options, clients));
}

async function run(url, { events, others: count }, clients) {
  const one = new Returning(url);
  const others = Array.from({ length: count }, () => new Returning(url));
  clients.push(one, ...others);
  await Promise.all(clients.map((client) => client.connected()));
  let echoes = 0;
  let over = false;
  // Each says the next thing as soon as it is answered.
  const speak = ({ socket }) => {
    const answered = () => {
      echoes += 1;
      if (!over) socket.emit("echo", { n: echoes, text: "x".repeat(100) }, answered);
    };
    answered();
  };
  others.forEach(speak);
  const began = performance.now();
  for (let n = 0; n < events; ) {
    const until = Math.min(events, n + BATCH);
    for (; n < until; n += 1) one.socket.emit("count", n);
    assert.equal(await one.ask("counted"), n, "all of them were handled before what came after them");
  }
  const seconds = (performance.now() - began) / 1000;
  over = true;
  assert.deepEqual(one.all("disorder"), []);
  assert.ok(echoes > 2 * count, `${echoes}: the others were heard meanwhile`);
  return { events, perSecond: Math.round(events / seconds), others: count, echoes, seconds: Number(seconds.toFixed(1)) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(JSON.stringify(await order()));
  process.exit(0);
}
