// The world that stock clients are tried in: two servers, each reached directly, by a proxy that refuses WebSockets, and by
// nginx. Clients in other languages have a server ended by asking here for it.
// `node world.js COMMAND...` runs a command in it, with what it needs to know in the variable PARLOR_WORLD.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { bound, serve, start } from "../server.js";
import { nginx } from "./nginx.js";
import { refusing } from "./refusing.js";

const STARTS = {
  app: (addr) => start("PARLOR_INTEROP_BIN", [addr]),
  parlor: (addr) => serve({ addr }),
};

/** Starts everything. `ways` says where clients may go, `close` ends what was started. */
export async function open() {
  const opened = [];
  const ways = [];
  const servers = {};
  const close = async () => {
    // Servers first: their clients' last words come through the proxies.
    for (const each of [...Object.values(servers), ...opened]) await each.stop();
  };
  try {
    const control = await restarts(servers);
    opened.push(control);
    for (const [server, begin] of Object.entries(STARTS)) {
      servers[server] = await begin("127.0.0.1:0");
      const address = servers[server].url.slice("http://".length);
      const [refuser, tls] = [await refusing(address), await nginx(address)];
      opened.push(refuser, tls);
      const restart = `${control.url}/${server}`;
      ways.push(
        { name: "direct", server, restart, url: servers[server].url },
        { name: "refused WebSockets", server, restart, url: refuser.url, refused: refuser.refused },
        { name: "nginx with TLS", server, restart, url: tls.url, ca: tls.ca, caFile: tls.caFile },
      );
    }
    return { ways, close };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

/** `POST /SERVER/killed` or `/SERVER/ended` answers when another one listens at the same address. */
async function restarts(servers) {
  const control = createServer(async (asked, answer) => {
    try {
      const [, name, how] = asked.url.split("/");
      const address = servers[name].url.slice("http://".length);
      await (how === "killed" ? servers[name].kill() : servers[name].stop());
      servers[name] = await STARTS[name](address);
      answer.end();
    } catch (error) {
      answer.writeHead(500).end(error.message);
    }
  });
  await once(control.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${control.address().port}`,
    stop: () => new Promise((closed) => control.close(closed)),
  };
}

/** Runs the command, and gives its exit code. */
async function run([command, ...args]) {
  const world = await open();
  try {
    const env = { ...process.env, PARLOR_WORLD: JSON.stringify(world.ways) };
    const child = bound(spawn(command, args, { stdio: "inherit", env }));
    const [code, signal] = await once(child, "exit");
    if (code === 0) {
      const avoided = world.ways.find((way) => way.refused?.() === 0);
      if (avoided) throw new Error(`nobody tried a WebSocket through the proxy that refuses them (${avoided.server})`);
    }
    return code ?? signal;
  } finally {
    await world.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = (await run(process.argv.slice(2))) === 0 ? 0 : 1;
}
