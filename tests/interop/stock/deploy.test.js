// `deploy/nginx.conf`: what of it clients do not notice at once, and its part for several servers.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, test } from "node:test";
import { Agent, get } from "node:https";
import { io } from "socket.io-client";
import { within } from "../client.js";
import { serve, start } from "../server.js";
import { FILE, nginx } from "./nginx.js";

const WAIT_MS = 15_000;
const opened = [];
after(async () => {
  // Servers first: their clients' last words come through the proxies.
  for (const each of opened) await each.stop();
});

async function opens(starting) {
  const each = await starting;
  opened.push(each);
  return each;
}

const address = ({ url }) => url.slice("http://".length);

/** Milliseconds of a directive given in seconds. */
function ms(directive) {
  const found = new RegExp(`^ *${directive} (\\d+)s;$`, "m").exec(FILE);
  assert.ok(found, `${directive} is set`);
  return Number(found[1]) * 1000;
}

test("its times and sizes go with the server's", () => {
  const shown = execFileSync(process.env.PARLOR_BIN, ["serve", "--print-config"], { encoding: "utf8" });
  const setting = (name) => Number(new RegExp(`^${name} = (\\d+)$`, "m").exec(shown)?.[1]);
  const heartbeat = setting("ping_interval_ms") + setting("ping_timeout_ms");
  assert.ok(ms("proxy_read_timeout") > heartbeat && ms("proxy_send_timeout") > heartbeat, `longer than ${heartbeat} ms`);
  assert.ok(ms("keepalive_timeout") < setting("header_read_timeout_ms"), "connections to the server are closed by nginx first");
  const [, megabytes] = /client_max_body_size (\d+)m;/.exec(FILE);
  assert.ok(megabytes * 1024 * 1024 > setting("max_http_buffer_size"));
});

test("it serves the pages, turns http to https, and keeps metrics to itself", async () => {
  const server = await opens(serve({ env: { PARLOR_METRICS: "true" } }));
  const proxy = await opens(nginx(address(server)));
  assert.equal((await fetch(`${server.url}/metrics`)).status, 200);
  assert.equal(await status(proxy, "/metrics"), 404);
  assert.equal(await status(proxy, "/healthz"), 200);
  const turned = await fetch(`${proxy.plain}/join?a=b`, { redirect: "manual" });
  assert.deepEqual([turned.status, turned.headers.get("location")], [301, "https://127.0.0.1/join?a=b"]);
});

test("of several servers each client has one, by every transport", async () => {
  const servers = [await opens(start("PARLOR_INTEROP_BIN", [])), await opens(start("PARLOR_INTEROP_BIN", []))];
  const proxy = await opens(nginx(...servers.map(address)));
  const by = new Map();
  // The loopback network's other addresses: somebody else, to nginx.
  for (let host = 2; host < 18; host += 1) {
    const transports = host % 2 ? ["polling"] : ["polling", "websocket"];
    const agent = new Agent({ localAddress: `127.0.0.${host}`, ca: proxy.ca });
    const socket = io(proxy.url, { transports, agent, ca: proxy.ca, forceNew: true, reconnection: false });
    try {
      await within(WAIT_MS, "connect", (resolve, reject) => socket.once("connect", resolve).once("connect_error", reject));
      for (let asked = 0; asked < 4; asked += 1) {
        const id = await within(WAIT_MS, "an answer", (answered) => socket.emit("process", answered));
        assert.equal(by.get(host) ?? id, id, "one client, one server");
        by.set(host, id);
      }
    } finally {
      socket.disconnect();
    }
  }
  assert.deepEqual(new Set(by.values()), new Set(servers.map(({ pid }) => pid)), "both have clients");
});

test("clients are counted by their own addresses where the proxy is trusted", async () => {
  for (const [proxies, second] of [["127.0.0.1", "let in"], ["", "refused"]]) {
    const env = { PARLOR_PROXIES: proxies, PARLOR_SOCKETIO_TRANSPORT_MAX_SESSIONS_PER_ADDRESS: "1" };
    const server = await opens(serve({ env }));
    const proxy = await opens(nginx(address(server)));
    const sockets = [];
    const comes = (host, transport) => {
      const agent = new Agent({ localAddress: `127.0.0.${host}`, ca: proxy.ca });
      const socket = io(proxy.url, { transports: [transport], agent, ca: proxy.ca, forceNew: true, reconnection: false });
      sockets.push(socket);
      return within(WAIT_MS, "connect", (resolve) => {
        socket.once("connect", () => resolve("let in")).once("connect_error", () => resolve("refused"));
      });
    };
    try {
      assert.equal(await comes(2, "websocket"), "let in");
      assert.equal(await comes(3, "polling"), second, "somebody else");
      assert.equal(await comes(2, "polling"), "refused", "the same again");
    } finally {
      for (const socket of sockets) socket.disconnect();
    }
  }
});

/** Of an answer over TLS. */
async function status({ url, ca }, path) {
  return within(WAIT_MS, path, (resolve, reject) => {
    get(`${url}${path}`, { ca }, (answer) => resolve(answer.resume().statusCode)).on("error", reject);
  });
}
