// One stock Colyseus client: joins a room, sends inputs, and says how many states it got and how many players it saw move.
// What the load generator counts is held against it; it is measured itself by nobody.
import { Client } from "@colyseus/sdk";

const [addr, seconds] = [process.argv[2], Number(process.argv[3])];
/** The others come meanwhile, and what their coming costs is over by then. */
const SETTLE_MS = 1500;

const room = await new Client(`http://${addr}`).joinOrCreate("arena", { room: "0" });
const places = new Map();
const moved = new Set();
let states = 0;
room.onStateChange((state) => {
  states += 1;
  for (const [id, { x, y }] of state.players) {
    if (places.has(id) && places.get(id) !== `${x} ${y}`) moved.add(id);
    places.set(id, `${x} ${y}`);
  }
});
const direction = () => Math.random() * 2 - 1;
setInterval(() => room.send("input", { type: "move", dx: direction(), dy: direction() }), 100);
setTimeout(() => {
  const [began, before] = [performance.now(), states];
  setTimeout(() => {
    const lasted = (performance.now() - began) / 1000;
    console.log(JSON.stringify({ states: states - before, seconds: lasted, moved: moved.size }));
    process.exit(0);
  }, seconds * 1000);
}, SETTLE_MS);
