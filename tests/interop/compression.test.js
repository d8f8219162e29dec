// Polls' replies as a client gets them that takes compressed ones: every coding says the same.
// Which replies are worth it is tested beside the server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { request } from "node:http";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { within } from "./client.js";
import { start } from "./server.js";

const WAIT_MS = 10_000;
const CODINGS = { br: brotliDecompressSync, gzip: gunzipSync, deflate: inflateSync };

let server;
before(async () => (server = await start("PARLOR_INTEROP_BIN", ["127.0.0.1:0"])));
after(() => server.stop());

/** A reply's coding and its body, as it came. */
function ask(query, { method = "GET", body, accept = "identity" } = {}) {
  const url = `${server.url}/socket.io/?EIO=4&transport=polling${query}`;
  return within(WAIT_MS, query, (resolve, reject) => {
    const asked = request(url, { method, headers: { "accept-encoding": accept } }, async (reply) => {
      const parts = [];
      for await (const part of reply) parts.push(part);
      assert.equal(reply.statusCode, 200);
      resolve({ coding: reply.headers["content-encoding"], body: Buffer.concat(parts) });
    });
    asked.on("error", reject).end(body);
  });
}

for (const [coding, read] of Object.entries(CODINGS)) {
  test(coding, async () => {
    const opened = await ask("");
    const { sid } = JSON.parse(opened.body.subarray(1));
    const say = (body) => ask(`&sid=${sid}`, { method: "POST", body });
    await say("40");
    const joined = await ask(`&sid=${sid}`, { accept: coding });
    assert.equal(joined.coding, undefined, "it is short");
    const event = `42["echo",${JSON.stringify("日本 text ".repeat(500))}]`;
    await say(event);
    const reply = await ask(`&sid=${sid}`, { accept: coding });
    assert.equal(reply.coding, coding);
    assert.equal(read(reply.body).toString(), event);
    await say("1");
  });
}
