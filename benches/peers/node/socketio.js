// The arena on socket.io: rooms of the library, one broadcast to a room each tick.
// Follows the library's own advice on memory and speed: WebSocket alone, `bufferutil`, no kept request.
import { createServer } from "node:http";
import { Server } from "socket.io";
import { Arena, everyTick, options, phase } from "./arena.js";

const { port, hz, visible } = options({ port: 0, hz: 30, visible: 8 });

const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false });
io.engine.on("connection", (session) => {
  session.request = null;
});

const rooms = new Map();

function open(code) {
  const room = { arena: new Arena(hz, visible), seats: 0 };
  room.stop = everyTick(hz, phase(rooms.size), (tick, t) => {
    room.arena.step();
    io.to(code).emit("snapshot", { tick, t, state: room.arena.view() });
  });
  rooms.set(code, room);
  return room;
}

function close(code, room) {
  room.stop();
  rooms.delete(code);
}

io.on("connection", (socket) => {
  socket.once("join", (asked, ack) => {
    const code = String(asked?.room);
    const room = rooms.get(code) ?? open(code);
    room.seats += 1;
    const seat = room.seats;
    room.arena.join(seat);
    socket.join(code);
    socket.on("input", (input) => room.arena.move(seat, input));
    socket.on("disconnect", () => {
      room.arena.leave(seat);
      if (room.arena.bodies.size === 0) close(code, room);
    });
    ack?.({ ok: true, room: code, seat });
  });
});

http.listen(port, "127.0.0.1", () => console.log(`listening on 127.0.0.1:${http.address().port}`));
