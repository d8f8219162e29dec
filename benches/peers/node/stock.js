// One stock client, Colyseus's or socket.io's: joins a room, sends inputs, and says how many states it got and how many
// players it saw move. What the load generators count is held against it; it is measured itself by nobody.
import { Client } from "@colyseus/sdk";
import { io } from "socket.io-client";

const [kind, addr, seconds] = [process.argv[2], process.argv[3], Number(process.argv[4])];
/** The others come meanwhile, and what their coming costs is over by then. */
const SETTLE_MS = 1500;
const ROOM = "0";

const places = new Map();
const moved = new Set();
let states = 0;

function see(players) {
  states += 1;
  for (const [id, { x, y }] of players) {
    if (places.has(id) && places.get(id) !== `${x} ${y}`) moved.add(id);
    places.set(id, `${x} ${y}`);
  }
}

/** Each joins, calls `see` with every state, and gives what sends an input. */
const JOIN = {
  async colyseus() {
    const room = await new Client(`http://${addr}`).joinOrCreate("arena", { room: ROOM });
    room.onStateChange((state) => see(state.players));
    return (input) => room.send("input", input);
  },
  async socketio() {
    const socket = io(`http://${addr}`, { transports: ["websocket"], reconnection: false });
    socket.on("snapshot", ({ state }) => see(Object.entries(state.players)));
    await socket.timeout(5000).emitWithAck("join", { room: ROOM, name: "Stock" });
    return (input) => socket.emit("input", input);
  },
};

const send = await JOIN[kind]();
const direction = () => Math.random() * 2 - 1;
setInterval(() => send({ type: "move", seq: 1, dx: direction(), dy: direction() }), 100);
setTimeout(() => {
  const [began, before] = [performance.now(), states];
  setTimeout(() => {
    const lasted = (performance.now() - began) / 1000;
    console.log(JSON.stringify({ states: states - before, seconds: lasted, moved: moved.size }));
    process.exit(0);
  }, seconds * 1000);
}, SETTLE_MS);
