// A proxy as some companies and schools have it: it passes requests on, and refuses WebSockets.
// It knows no Socket.IO.
import { once } from "node:events";
import { createServer, request } from "node:http";

/** Before the server at this address. */
export async function refusing(address) {
  const [host, port] = address.split(":");
  const proxy = createServer((asked, answer) => {
    const { method, url: path, headers } = asked;
    const passed = request({ host, port, method, path, headers }, (came) => {
      answer.writeHead(came.statusCode, came.headers);
      came.pipe(answer);
      came.on("error", () => answer.destroy());
    });
    passed.on("error", () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
    answer.on("close", () => passed.destroy());
    asked.pipe(passed);
  });
  let refused = 0;
  proxy.on("upgrade", (_asked, socket) => {
    refused += 1;
    socket.on("error", () => socket.destroy());
    socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${proxy.address().port}`,
    refused: () => refused,
    stop: () => {
      proxy.closeAllConnections();
      return new Promise((closed) => proxy.close(closed));
    },
  };
}
