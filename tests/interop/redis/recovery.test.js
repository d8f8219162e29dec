// Clients that lose one server and come back to another, of Node or of Parlor: the same sockets, and nothing is lost or comes twice.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SERVERS, cluster } from "./cluster.js";
import { lagging } from "./lagging.js";

const BYTES = Buffer.from([1, 2, 3]);
let all;
before(async () => {
  all = await cluster({ recovery: true });
});
after(() => all?.stop());

/** Without the offset that each ends with. */
const said = (events) => events.map((event) => event.slice(0, -1).map((arg) => (isBytes(arg) ? Buffer.from(arg) : arg)));
const isBytes = (arg) => arg instanceof ArrayBuffer || ArrayBuffer.isView(arg);

for (const from of SERVERS) {
  for (const to of SERVERS) {
    test(`from ${from} to ${to}`, async () => {
      const client = await all.client(from, "red");
      const { id } = client.socket;
      await all.order(from, "join", { rooms: [id] }, "club");
      await all.order(to, "emit", { rooms: ["red"] }, "seen", [1]);
      await all.heard([client]);
      await client.cut();
      await all.until("it is gone", async () => (await all.order("left", "fetch", { rooms: [id] })).length === 0);
      const missed = [];
      for (const name of SERVERS) {
        for (const [at, room] of ["red", "club", id].entries()) {
          missed.push([name, at, { to: room }]);
          await all.order(name, "emit", { rooms: [room] }, name, missed.at(-1).slice(1));
        }
        await all.order(name, "emit", { except: ["club"] }, "for others", []);
        missed.push([name, 3, BYTES]);
        await all.order(name, "emit", { rooms: ["red"] }, name, [3, BYTES]);
      }
      await client.back(to);
      assert.ok(client.socket.recovered);
      assert.equal(client.socket.id, id);
      await all.order(from, "emit", { rooms: ["club"] }, "on it goes", [2]);
      const [heard] = await all.heard([client]);
      const expected = [...missed, ["on it goes", 2]];
      assert.equal(heard.length, expected.length);
      // Each server's in order: which of two is first, Redis decides.
      for (const name of [...SERVERS, "on it goes"]) {
        assert.deepEqual(said(heard).filter(([event]) => event === name), expected.filter(([event]) => event === name));
      }
      const [{ data, rooms }] = await all.order(from, "fetch", { rooms: [id] });
      assert.deepEqual([data.name, rooms.sort()], [`${from}-red`, [id, "red", "club"].sort()]);
    });
  }
}

test("a server that is behind lets nobody in who has heard more elsewhere until it has read as much", async () => {
  let way;
  const through = { right: async (url) => (way = await lagging(url)) };
  const group = await cluster({ names: ["left", "right"], recovery: true, through });
  try {
    const client = await group.client("left", "red");
    await group.heard([client]);
    way.hold();
    for (const number of [1, 2, 3]) await group.order("left", "emit", { rooms: ["red"] }, "seen", [number]);
    const [before] = await group.heard([client], ["left"]);
    assert.deepEqual(said(before), [1, 2, 3].map((number) => ["seen", number]));
    await client.cut();
    const back = client.back("right");
    // Time enough to be let in, if it were.
    await Promise.race([back, new Promise((soon) => setTimeout(soon, 500))]);
    way.release();
    await back;
    assert.ok(client.socket.recovered);
    await group.order("left", "emit", { rooms: ["red"] }, "seen", [4]);
    const [heard] = await group.heard([client]);
    assert.deepEqual(said(heard), [["seen", 4]]);
  } finally {
    await group.stop();
  }
});

test("while all servers send, clients that are cut again and again lose nothing and hear nothing twice", async () => {
  // Servers of Node lose what is sent while they look a session up.
  await cutAgainAndAgain(all, ["left", "right"], 30);
});

test("nor do they while middleware is asked about each that comes back", async () => {
  const asking = await cluster({ names: ["left", "right"], recovery: true, asked: true });
  try {
    await cutAgainAndAgain(asking, asking.names, 5);
  } finally {
    await asking.stop();
  }
});

/** Clients of these servers are cut again and again, and come back to the next one each time, while all servers send. */
async function cutAgainAndAgain(group, servers, calmMs) {
  const clients = [];
  for (const name of servers) for (let each = 0; each < 3; each += 1) clients.push(await group.client(name, "red"));
  await group.heard(clients);
  const count = 500;
  let over = false;
  const sending = Promise.all(group.names.map((name) => group.order(name, "burst", { rooms: ["red"] }, name, [count, 150])));
  const cutting = clients.map(async (client, at) => {
    let turns = 0;
    while (!over) {
      turns += 1;
      await client.cut();
      await new Promise((soon) => setTimeout(soon, (turns * 7 + at) % 40));
      await client.back(servers[(turns + at) % 2]);
      assert.ok(client.socket.recovered, `${client.name}, time ${turns}`);
      await new Promise((soon) => setTimeout(soon, calmMs));
    }
    return turns;
  });
  sending.finally(() => (over = true));
  const turns = await Promise.all(cutting);
  await sending;
  assert.ok(Math.min(...turns) > 5, `cut ${turns} times`);
  const heard = await group.heard(clients);
  for (const [at, each] of heard.entries()) {
    for (const name of group.names) {
      const numbers = each.filter(([event, by]) => event === "burst" && by === name).map(([, , number]) => number);
      const missing = Array.from({ length: count }, (_, number) => number).filter((number) => !numbers.includes(number));
      assert.deepEqual(missing, [], `${clients[at].name} of ${name}: lost`);
      const odd = numbers.findIndex((number, place) => number !== place);
      assert.equal(odd, -1, `${clients[at].name} of ${name}: ${numbers.slice(Math.max(odd - 3, 0), odd + 6)} at ${odd}`);
    }
  }
}
