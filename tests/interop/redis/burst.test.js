// 10,000 broadcasts from each of three servers at once: each client on each server gets every one once, each sender's in order.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { SERVERS, cluster } from "./cluster.js";

const COUNT = 10_000;
const A_SECOND = 2_500;

for (const recovery of [false, true]) {
  describe(recovery ? "with recovery" : "without recovery", () => {
    let all;
    before(async () => {
      all = await cluster({ recovery });
    });
    after(() => all?.stop());

    test(`each of ${COUNT} broadcasts from each server, once and in order`, async () => {
      const clients = [];
      for (const name of SERVERS) {
        for (const parser of ["json", name === "node" ? "json" : "msgpack"]) clients.push(await all.client(name, parser, { parser }));
      }
      await Promise.all(SERVERS.map((name) => all.order(name, "burst", {}, name, [COUNT, A_SECOND])));
      const heard = await all.heard(clients);
      for (const [at, each] of heard.entries()) {
        assert.equal(each.length, COUNT * SERVERS.length, clients[at].name);
        for (const name of SERVERS) {
          const numbers = each.filter(([, by]) => by === name).map(([, , number]) => number);
          assert.ok(numbers.length === COUNT && numbers.every((number, place) => number === place), `${clients[at].name}: of ${name}`);
        }
      }
    });
  });
}
