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
import { connect } from "./client.js";
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
  // With the limits that it has by itself: a class behind one address is no attack.
  server = await serve({ packs: join(folder, "packs"), args: ["--record", join(folder, "journal")], env: {} });
});

after(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("two hundred stock clients play imported questions to the podium", { timeout: 240_000 }, async (t) => {
  const host = await seated({ parser: "json", transport: "websocket", name: "host" }, (client) =>
    client.does("create", { game: "quiz", role: "host", key: HOST_KEY, private: true, options: { pack: "class" } }),
  );
  const players = await inTurn(PLAYERS, (at) =>
    seated(kind(at), (client) => client.does("join", { room: host.room, name: `Player ${at}` })),
  );
  const game = { host, players, taken: new Map(), resumed: 0 };
  await host.sees((state) => state.players === PLAYERS);
  await host.does("input", { type: "start" });
  const random = seeded(200);
  for (let index = 0; index < QUESTIONS; index += 1) await round(t, game, index, random);
  await everybody(game, (state) => state.phase === "podium");
  assert.equal(game.resumed, CUT_BEFORE + CUT_AFTER);

  const finals = players.map((player) => [player.seat, player.all("you").at(-1).score]);
  const podium = host.state.leaderboard.map((row) => row.score);
  for (const client of [host, ...players]) client.close();
  // The journal is whole once the server has ended.
  await server.stop();
  server = undefined;
  const entries = await entriesOf(join(folder, "journal"), host.room);
  const { scores, answers, faults, asked } = recompute(entries, questions);
  assert.deepEqual(faults, []);
  assert.equal(asked, QUESTIONS);
  assert.equal(answers.size, PLAYERS * QUESTIONS, "an answer of everybody to every question");
  for (const [key, choice] of game.taken) assert.equal(answers.get(key)?.choice, choice, `${key} is as acknowledged`);
  assert.deepEqual(finals, finals.map(([seat]) => [seat, scores.get(seat)]), "every score is the recomputed one");
  assert.ok(new Set(scores.values()).size > PLAYERS / 4, "the scores differ, so that equal ones mean something");
  const best = [...scores.values()].sort((a, b) => b - a);
  assert.deepEqual(podium, best.slice(0, podium.length));
  t.diagnostic(`${PLAYERS} scores equal; best ${best[0]}, median ${best[PLAYERS / 2]}; ${game.resumed} cut and resumed`);
});

/** One question: everybody answers at a time of their own, and some are cut before or after it. */
async function round(t, game, index, random) {
  await everybody(game, (state) => state.phase === "question" && state.index === index);
  const end = Date.now() + TIME_MS;
  const turns = game.players.map((_, at) => {
    const cut = cutting(index, at);
    const waitMs = random() * (TIME_MS - 3500) * (cut ? 0.5 : 1);
    return turn(game, at, { index, cut, waitMs, choice: Math.floor(random() * (questions[index].choices?.length ?? 2)) });
  });
  await Promise.all(turns);
  t.diagnostic(`question ${index}: answered ${end - Date.now()} ms before its end`);
  await everybody(game, (state) => state.phase === "reveal" && state.index === index);
  const { host } = game;
  await host.does("input", { type: "next" });
  await host.sees((state) => state.phase !== "reveal");
  if (host.state.phase === "leaderboard") await host.does("input", { type: "next" });
}

async function turn(game, at, { index, cut, waitMs, choice }) {
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  if (cut === "before") await comeBack(game, at, (you) => you.answered === false);
  await game.players[at].does("input", { type: "answer", index, choice });
  game.taken.set(`${index}/${game.players[at].seat}`, choice);
  if (cut === "after") await comeBack(game, at, (you) => you.answered === true);
}

/** Cuts a player's connection without a word, and retakes the seat on another. */
async function comeBack(game, at, test) {
  const old = game.players[at];
  old.cut();
  await old.hears("disconnect");
  game.players[at] = await seated(old.kind, async (client) => {
    const ack = await client.does("resume", { token: old.token });
    assert.equal(ack.seat, old.seat);
    assert.equal(ack.state.phase, "question", "it came back during the question");
    assert.ok(test(ack.you), `seat ${ack.seat} resumed with ${JSON.stringify(ack.you)}`);
  });
  old.close();
  game.resumed += 1;
}

/** Waits until the host and every player see it. */
function everybody({ host, players }, test) {
  return Promise.all([host, ...players].map((client) => client.sees(test)));
}

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

/** A connected client that has taken its seat. */
async function seated(kind, take) {
  const client = await connect(server.url, kind);
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
