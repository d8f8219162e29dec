// A way to Redis on which what is read of its streams comes late, and all else in time.
// It speaks no RESP: a connection on which XREAD was said reads streams.
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** To the Redis at this URL. */
export async function lagging(url) {
  const { hostname, port } = new URL(url);
  const sockets = new Set();
  let held = null;
  const proxy = createServer((client) => {
    const redis = connect(port, hostname);
    let reads = false;
    client.on("data", (bytes) => {
      reads ||= bytes.includes("XREAD");
      redis.write(bytes);
    });
    redis.on("data", (bytes) => {
      if (reads && held) held.push(() => client.write(bytes));
      else client.write(bytes);
    });
    for (const [from, to] of [[client, redis], [redis, client]]) {
      sockets.add(from);
      from.on("error", () => {});
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  return {
    url: `redis://127.0.0.1:${proxy.address().port}`,
    hold: () => (held ??= []),
    release: () => {
      for (const write of held ?? []) write();
      held = null;
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => proxy.close(done));
    },
  };
}
