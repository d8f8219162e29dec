// A class of two hundred: imported questions, stock clients of every kind in one room, played to the podium.
// Twenty are cut during questions and come back; all scores must equal a recomputation from recorded arrivals.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Client } from "./client.js";
import { entriesOf, recompute } from "./journal.js";
import { HOST_KEY, serve } from "./server.js";

const PLAYERS = 200;
const CUT_BEFORE = 10;
const CUT_AFTER = 10;
const QUESTIONS = 4;
const TIME_MS = 8000;
const AT_ONCE = 20;

const REAL = fileURLToPath(new URL("../../../shared/data/opentriviaqa/history", import.meta.url));
const OWN = fileURLToPath(new URL("../fixtures/trivia", import.meta.url));

let folder;
let server;
let questions;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlor-quiz200-"));
  questions = await importPack(existsSync(REAL) ? REAL : OWN, join(folder, "packs"));
  await mkdir(join(folder, "journal"));
  server = await serve({ packs: join(folder, "packs"), args: ["--record", join(folder, "journal")] });
});

after(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("two hundred stock clients play imported questions to the podium", { timeout: 240_000 }, async (t) => {
  const host = await joined({ parser: "json", transport: "websocket", name: "host" }, (client) =>
    client.does("create", { game: "quiz", role: "host", key: HOST_KEY, private: true, options: { pack: "class" } }),
  );
  const players = await inTurn(PLAYERS, (at) =>
    joined(kind(at), (client) => client.does("join", { room: host.room, name: `Player ${at}` })),
  );
  await host.sees((state) => state.players === PLAYERS);
  const random = seeded(200);
  const taken = new Map();
  let resumed = 0;

  await host.does("input", { type: "start" });
  for (let index = 0; index < QUESTIONS; index += 1) {
    await Promise.all(players.map((player) => player.sees((state) => state.phase === "question" && state.index === index)));
    const until = Date.now() + TIME_MS;
    const plans = players.map((_, at) => ({
      waitMs: random() * (TIME_MS - 3500) * (cutting(index, at) ? 0.5 : 1),
      choice: Math.floor(random() * questions[index].choices.length),
      cut: cutting(index, at),
    }));
    await Promise.all(plans.map((plan, at) => turn(at, index, plan)));
    t.diagnostic(`question ${index}: answered ${until - Date.now()} ms before its end`);
    await Promise.all(players.map((player) => player.sees((state) => state.phase === "reveal" && state.index === index)));
    await onward(host, index);
  }
  await Promise.all(players.map((player) => player.sees((state) => state.phase === "podium")));
  assert.equal(resumed, CUT_BEFORE + CUT_AFTER);

  async function turn(at, index, plan) {
    await delay(plan.waitMs);
    if (plan.cut === "before") await comeBack(at, (you) => you.answered === false);
    await players[at].does("input", { type: "answer", index, choice: plan.choice });
    taken.set(`${index}/${players[at].seat}`, plan.choice);
    if (plan.cut === "after") await comeBack(at, (you) => you.answered === true);
  }

  async function comeBack(at, test) {
    const old = players[at];
    old.cut();
    await old.hears("disconnect");
    players[at] = await joined(old.kind, async (client) => {
      const ack = await client.does("resume", { token: old.token });
      assert.equal(ack.seat, old.seat);
      assert.equal(ack.state.phase, "question", "it came back during the question");
      assert.ok(test(ack.you), `seat ${ack.seat} resumed with ${JSON.stringify(ack.you)}`);
    });
    old.close();
    resumed += 1;
  }

  const entries = await entriesOf(join(folder, "journal"), host.room);
  const { scores, answers, faults, asked } = recompute(entries, questions);
  assert.deepEqual(faults, []);
  assert.equal(asked, QUESTIONS);
  assert.equal(answers.size, PLAYERS * QUESTIONS, "an answer of everybody to every question");
  for (const [key, choice] of taken) assert.equal(answers.get(key)?.choice, choice, `${key} is the answer that was acknowledged`);
  const finals = players.map((player) => [player.seat, player.all("you").at(-1).score]);
  assert.deepEqual(finals, players.map((player) => [player.seat, scores.get(player.seat)]), "every score is the recomputed one");
  assert.ok(new Set(scores.values()).size > PLAYERS / 4, "the scores differ, so that equal ones mean something");
  const best = [...scores.values()].sort((a, b) => b - a);
  assert.deepEqual(host.state.leaderboard.map((row) => row.score), best.slice(0, host.state.leaderboard.length));
  t.diagnostic(`${PLAYERS} scores equal; best ${best[0]}, median ${best[PLAYERS / 2]}; ${resumed} cut and resumed`);
  for (const client of [host, ...players]) client.close();
});

/** A quarter by polling, half of each parser. */
function kind(at) {
  const transport = ["polling", "websocket", "upgrade", "websocket"][at % 4];
  const parser = Math.floor(at / 4) % 2 === 0 ? "json" : "msgpack";
  return { parser, transport, name: `${parser}, ${transport}` };
}

/** Whether a player is cut in this question, before or after answering; no player twice. */
function cutting(index, at) {
  if (at % QUESTIONS !== index) return undefined;
  const nth = Math.floor(at / QUESTIONS) * QUESTIONS + index;
  if (nth < CUT_BEFORE) return "before";
  return nth < CUT_BEFORE + CUT_AFTER ? "after" : undefined;
}

async function joined(kind, take) {
  const client = new Client(server.url, kind);
  await client.connected();
  await take(client);
  return client;
}

/** Makes so many, `AT_ONCE` at a time. */
async function inTurn(count, make) {
  const made = [];
  while (made.length < count) {
    const from = made.length;
    const some = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => make(from + at));
    made.push(...(await Promise.all(some)));
  }
  return made;
}

/** From a reveal to what follows the leaderboard. */
async function onward(host, index) {
  await host.sees((state) => state.phase === "reveal" && state.index === index);
  await host.does("input", { type: "next" });
  await host.sees((state) => state.phase !== "reveal");
  if (host.state.phase === "leaderboard") await host.does("input", { type: "next" });
}

/** Imports a file of questions, and keeps a few of them as the pack `class`. */
async function importPack(file, out) {
  const imported = `${out}-imported`;
  await mkdir(out, { recursive: true });
  const run = promisify(execFile);
  await run(process.env.PARLOR_BIN, ["packs", "import", "--from", "opentriviaqa", file, "--out", imported]);
  const [name] = (await readdir(imported)).filter((each) => each.endsWith(".json"));
  const pack = JSON.parse(await readFile(join(imported, name), "utf8"));
  assert.ok(pack.questions.length >= QUESTIONS, `${name} has ${pack.questions.length} questions`);
  const some = pack.questions.slice(0, QUESTIONS).map((question) => ({ ...question, timeMs: TIME_MS }));
  await writeFile(join(out, "class.json"), JSON.stringify({ ...pack, questions: some }));
  return some;
}

function delay(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Repeatable numbers from 0 to 1 (mulberry32). */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
