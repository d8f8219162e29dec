// Clients that lose one server and come back to another, of Node or of Parlor: the same sockets, and nothing is lost or comes twice.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createClient } from "redis";
import { SERVERS, cluster } from "./cluster.js";
import { lagging } from "./lagging.js";

const PARLORS = ["left", "right"];
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
      await all.gone(id);
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

for (const has of ["has heard more elsewhere", "came later elsewhere and has heard nothing"]) {
  test(`a server that is behind lets nobody in who ${has} until it has read as much`, async () => {
    let way;
    const through = { right: async (url) => (way = await lagging(url)) };
    const group = await cluster({ names: PARLORS, recovery: true, through });
    try {
      const first = await group.client("left", "red");
      await group.heard([first]);
      way.hold();
      for (const number of [1, 2, 3]) await group.order("left", "emit", { rooms: ["red"] }, "seen", [number]);
      const [before] = await group.heard([first], ["left"]);
      assert.deepEqual(said(before), [1, 2, 3].map((number) => ["seen", number]));
      const client = has.startsWith("came") ? await group.client("left", "red") : first;
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
}

describe("who has heard nothing yet", () => {
  for (const from of PARLORS) {
    for (const to of PARLORS) {
      test(`from ${from} to ${to}: hears what followed its coming, and nothing from before`, async () => {
        const witness = await all.client(from, "hall");
        for (const name of SERVERS) await all.order(name, "emit", {}, "before it came", []);
        await all.heard([witness]);
        const client = await all.client(from, "red", { parser: from === to ? "json" : "msgpack" });
        const { id } = client.socket;
        for (const name of SERVERS) await all.order(name, "emit", { rooms: ["club"] }, "before it was in the room", []);
        await all.heard([witness], SERVERS, ["hall"]);
        await all.order(from, "join", { rooms: [id] }, "club");
        await client.cut();
        await all.gone(id);
        for (const name of SERVERS) {
          for (const room of ["red", "club", id]) await all.order(name, "emit", { rooms: [room] }, name, [room]);
          await all.order(name, "emit", { except: ["club"] }, "for others", []);
          await all.order(name, "emit", {}, name, [BYTES]);
        }
        await client.back(to);
        assert.ok(client.socket.recovered);
        assert.equal(client.socket.id, id);
        await all.order(from, "emit", { rooms: ["club"] }, "on it goes", []);
        const [heard] = await all.heard([client]);
        assert.equal(heard.length, SERVERS.length * 4 + 1);
        for (const name of SERVERS) {
          const expected = ["red", "club", id, BYTES].map((arg) => [name, arg]);
          assert.deepEqual(said(heard).filter(([event]) => event === name), expected);
        }
        assert.deepEqual(said(heard).at(-1), ["on it goes"]);
        const [{ data, rooms }] = await all.order(from, "fetch", { rooms: [id] });
        assert.deepEqual([data.name, rooms.sort()], [`${from}-red`, [id, "red", "club"].sort()]);
        // It goes on as any other: with an offset, and not with what it was in no room for.
        await all.order(to, "leave", { rooms: [id] }, "club");
        await all.order(to, "emit", { rooms: ["club"] }, "while it was not in the room", []);
        await all.heard([client]);
        await all.order(to, "join", { rooms: [id] }, "club");
        await client.cut();
        await all.gone(id);
        await all.order(to, "emit", { rooms: ["club"] }, "missed", []);
        await client.back(from);
        assert.ok(client.socket.recovered);
        assert.deepEqual(said((await all.heard([client]))[0]), [["missed"]]);
      });
    }
  }

  test("and is cut as soon as it has come, while all servers send: hears all from then on, once and in order", async () => {
    const witness = await all.client("left", "hall");
    await all.heard([witness]);
    const sending = Promise.all(SERVERS.map((name) => all.order(name, "burst", {}, name, [450, 150])));
    const clients = [];
    for (let each = 0; each < 20; each += 1) {
      const from = PARLORS[each % 2];
      clients.push(
        all.cutAtOnce(from, "red").then(async (client) => {
          await all.order(SERVERS[each % 3], "emit", {}, "probe", [each]);
          if (each % 4 > 1) await new Promise((soon) => setTimeout(soon, each * 5));
          await client.back(PARLORS[Math.floor(each / 2) % 2]);
          assert.ok(client.socket.recovered, `client ${each}`);
          return client;
        }),
      );
      await new Promise((soon) => setTimeout(soon, 100));
    }
    const some = await Promise.all(clients);
    await sending;
    const [whole, ...heard] = await all.heard([witness, ...some]);
    const numbered = (events) => events.map(([, by, number, offset]) => `${by} ${number} ${offset ?? ""}`);
    for (const [at, each] of heard.entries()) {
      assert.ok(each.some(([event, number]) => event === "probe" && number === at), `client ${at}: what was sent once it had come`);
      // Its first, and all that others have heard since.
      const [own, all] = [numbered(each), numbered(whole)];
      const since = all.slice(all.indexOf(own[0]));
      const odd = own.findIndex((event, place) => event !== since[place]);
      assert.equal(odd, -1, `client ${at}: ${own.slice(odd, odd + 3)}, not ${since.slice(odd, odd + 3)} at ${odd}`);
      assert.equal(own.length, since.length, `client ${at}`);
    }
  });

  test("since its session began, but in the one before: hears nothing from between the two", async () => {
    const witness = await all.client("left", "hall");
    const client = await all.client("left", "red");
    await all.heard([client]);
    const { id } = client.socket;
    client.socket.disconnect();
    await all.gone(id);
    await all.order("right", "emit", { rooms: ["red"] }, "between the two", []);
    await all.heard([witness]);
    await client.back("left");
    assert.ok(!client.socket.recovered && client.socket.id !== id);
    const next = client.socket.id;
    await client.cut();
    await all.gone(next);
    await all.order("right", "emit", {}, "missed", []);
    await client.back("right");
    assert.ok(client.socket.recovered);
    assert.deepEqual(said((await all.heard([client]))[0]), [["missed"]]);
  });

  test("is a new one if the stream has forgotten when it came", async () => {
    const [client, witness] = [await all.client("left", "red"), await all.client("right", "hall")];
    const { id } = client.socket;
    await client.cut();
    await all.gone(id);
    for (const name of SERVERS) await all.order(name, "emit", {}, "missed", []);
    await all.heard([witness]);
    await trim(all, 2);
    await client.back("right");
    assert.ok(!client.socket.recovered && client.socket.id !== id);
    assert.deepEqual((await all.heard([client]))[0], []);
  });

  test("is a new one at a server of Node, or if it was with one", async () => {
    for (const [from, to] of [["left", "node"], ["node", "right"]]) {
      const client = await all.client(from, "red");
      const { id } = client.socket;
      await client.cut();
      await all.gone(id);
      await client.back(to);
      assert.ok(!client.socket.recovered && client.socket.id !== id, `from ${from} to ${to}`);
    }
  });

  for (const asked of [false, true]) {
    test(`and came before anybody had said anything${asked ? ", where middleware is asked" : ""}`, async () => {
      const group = await cluster({ names: PARLORS, recovery: true, asked });
      try {
        const [one, other] = [await group.client("left", "red"), await group.client("left", "red")];
        for (const client of [one, other]) {
          const { id } = client.socket;
          await client.cut();
          await group.gone(id);
        }
        await one.back("right");
        assert.ok(one.socket.recovered, "there is no stream yet");
        await one.cut();
        for (const name of PARLORS) await group.order(name, "emit", { rooms: ["red"] }, name, []);
        await one.back("left");
        assert.ok(one.socket.recovered);
        const [heard] = await group.heard([one]);
        assert.deepEqual(said(heard).flat().sort(), PARLORS);
        await trim(group, 1);
        await other.back("left");
        assert.ok(!other.socket.recovered, "something is lost");
      } finally {
        await group.stop();
      }
    });
  }
});

/** Has the stream forget all but so many entries. */
async function trim(group, length) {
  const client = createClient({ url: group.redis.url });
  await client.connect();
  try {
    assert.ok((await client.xTrim("socket.io", "MAXLEN", length)) > 0);
  } finally {
    client.destroy();
  }
}

test("while all servers send, clients that are cut again and again lose nothing and hear nothing twice", async () => {
  // Servers of Node lose what is sent while they look a session up.
  await cutAgainAndAgain(all, PARLORS, 30);
});

test("nor do they while middleware is asked about each that comes back", async () => {
  const asking = await cluster({ names: PARLORS, recovery: true, asked: true });
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
