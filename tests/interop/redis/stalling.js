// A network that fails without a word: what is sent through it gets nowhere from some moment on, and no end learns of that.
// It knows no Socket.IO.
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** Before the server at this URL. */
export async function stalling(url) {
  const { hostname, port } = new URL(url);
  const sockets = new Set();
  let stalled = false;
  let closed = 0;
  const way = (from, to) => {
    sockets.add(from);
    from.on("data", (bytes) => stalled || to.write(bytes));
    from.on("end", () => stalled || to.end());
    from.on("error", () => {});
    from.on("close", () => {
      sockets.delete(from);
      if (!stalled) to.destroy();
    });
  };
  const proxy = createServer((client) => {
    const server = connect(port, hostname);
    server.on("end", () => (closed += 1));
    way(client, server);
    way(server, client);
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${proxy.address().port}`,
    stall: () => (stalled = true),
    /** How many connections the server has closed. */
    closed: () => closed,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => proxy.close(done));
    },
  };
}
