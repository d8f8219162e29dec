// Redis is killed and started again: clients stay, each server's own events go on, and others' come back.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { createClient } from "redis";
import { SERVERS, cluster } from "./cluster.js";

const PARLORS = ["left", "right"];
let all;
afterEach(() => all?.stop());

for (const { keeps, recovery } of [
  { keeps: false, recovery: false },
  { keeps: true, recovery: false },
  { keeps: false, recovery: true },
  { keeps: true, recovery: true },
]) {
  test(`Redis is killed and comes back ${keeps ? "with" : "without"} its stream${recovery ? ", with recovery" : ""}`, async () => {
    all = await cluster({ keeps, recovery });
    const clients = {};
    for (const name of SERVERS) clients[name] = await all.client(name, "red");
    const list = Object.values(clients);
    await all.order("left", "emit", {}, "before", []);
    await all.heard(list);

    await all.redis.kill();
    for (const name of PARLORS) await all.until(`${name} notices`, async () => !(await all.order(name, "state"))[0]);
    for (const name of PARLORS) {
      for (const number of [1, 2, 3]) await all.order(name, "emit", {}, `${name}, meanwhile`, [number]);
      await all.until("its own get them at once", () => clients[name].count(`${name}, meanwhile`) === 3);
      await assert.rejects(all.order(name, "fetch"), /out of reach/);
    }
    assert.equal(clients.right.count("left, meanwhile"), 0);

    await all.redis.start();
    await all.together();
    for (const name of SERVERS) await all.order(name, "emit", {}, `${name}, after`, []);
    for (const client of list) for (const name of SERVERS) await client.until(`${name}, after`);
    for (const name of SERVERS) {
      const heard = clients[name].take();
      for (const by of PARLORS) {
        const numbers = heard.filter(([event]) => event === `${by}, meanwhile`).map(([, number]) => number);
        assert.deepEqual(numbers, [1, 2, 3], `${name} hears what ${by} has said meanwhile, once and in order`);
        const places = ["meanwhile", "after"].map((when) => heard.findLastIndex(([event]) => event === `${by}, ${when}`));
        assert.ok(places[0] < places[1], "in order");
      }
    }
    for (const { socket, reasons } of list) assert.ok(socket.connected && reasons.length === 0, "nobody was put out");
    const counts = (await all.order("left", "state"))[2];
    // The question that could not be asked.
    assert.match(counts, /dropped: 1, unreadable: 0, outages: 1/);
    const [answers] = await all.order("left", "ask", {}, "ready?", []);
    assert.equal(answers.length, SERVERS.length);
    const logged = all.servers.left.said.filter((line) => /WARN|ERROR/.test(line) && !/stream is another/.test(line));
    assert.deepEqual(logged.map((line) => /Redis is out of reach/.test(line)), [true], "said once");
  });
}

test("the stream is deleted under everybody", async () => {
  all = await cluster({ names: PARLORS, recovery: true });
  const clients = [await all.client("left", "red"), await all.client("right", "red")];
  const client = createClient({ url: all.redis.url });
  await client.connect();
  try {
    await all.order("left", "emit", {}, "before", []);
    await all.heard(clients);
    await client.flushAll();
    await all.order("left", "emit", {}, "after", []);
    for (const each of await all.heard(clients)) assert.deepEqual(each.map(([event]) => event), ["after"]);
  } finally {
    client.destroy();
  }
});

test("rubbish in the stream and on the channels is passed over", async () => {
  all = await cluster({ names: PARLORS });
  const clients = [await all.client("left", "red"), await all.client("right", "red")];
  const client = createClient({ url: all.redis.url });
  await client.connect();
  try {
    const data = [undefined, "", "{", "{}", "[]", "????", "gKRzaWQ=", "x".repeat(5 << 20), `{"opts":{},"packet":{"data":[]}}`];
    data.push(`{"opts":{"rooms":7},"packet":{"data":["a"]}}`, `{"opts":{},"packet":{"data":["connect"]}}`, "[".repeat(100_000));
    data.push(Buffer.from("91".repeat(100_000), "hex").toString("base64"), Buffer.from("dfffffffff", "hex").toString("base64"));
    for (const type of ["3", "4", "7", "8", "9", "11", "99", "-1", "three", "\u0000"]) {
      for (const each of data) {
        const fields = { uid: "somebody", nsp: "/", type, ...(each === undefined ? {} : { data: each }) };
        await client.xAdd("socket.io", "*", fields);
      }
    }
    await client.xAdd("socket.io", "*", { something: "else" });
    await client.sendCommand(["XADD", "socket.io", "*", Buffer.from([255, 0]), Buffer.from([254]), "nsp", Buffer.from([255])]);
    for (const letter of ["", "\x81", "\xc1".repeat(1000), "x".repeat(5 << 20)]) {
      for (const channel of ["socket.io#/#", "socket.io#/nobody#"]) await client.publish(channel, Buffer.from(letter, "latin1"));
    }
    await all.order("left", "emit", {}, "after", []);
    for (const each of await all.heard(clients)) assert.deepEqual(each.map(([event]) => event), ["after"]);
    for (const name of PARLORS) {
      const unreadable = Number(/unreadable: (\d+)/.exec((await all.order(name, "state"))[2])[1]);
      assert.ok(unreadable > 100, `${unreadable} are counted`);
      const said = all.servers[name].said.filter((line) => line.includes("cannot be read"));
      assert.ok(said.length > 0 && said.length < 20, `${said.length} lines`);
      assert.ok(!all.servers[name].said.some((line) => line.includes("panicked")));
    }
  } finally {
    client.destroy();
  }
});
