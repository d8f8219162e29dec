// A whole quiz by stock clients: phases, answers, scores, the host's controls, and what must not be known early.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { serve } from "./server.js";
import { everyKind } from "./table.js";

let server;
before(async () => {
  server = await serve();
});
after(() => server.stop());

const phase = (name, index) => (state) => state.phase === name && (index === undefined || state.index === index);

everyKind("three players play every kind of question to the podium", () => server, async (table) => {
  const host = await table.quiz();
  const [ann, ben, cat] = [
    await table.player(host.room, "Ann"),
    await table.player(host.room, "Ben", { sync: "snapshot" }),
    await table.player(host.room, "Cat"),
  ];
  const players = [ann, ben, cat];
  assert.equal((await ann.ask("input", { type: "answer", index: 0, choice: 1 })).ok, false, "nothing was asked yet");
  await host.does("input", { type: "start" });
  const keys = [{ choice: 1 }, { choices: [0, 2] }, { choice: 0 }];
  const wrong = [{ choice: 0 }, { choices: [1] }, { choice: 1 }];
  for (const [index, key] of keys.entries()) {
    await ann.sees(phase("countdown", index));
    await Promise.all(players.map((player) => player.sees(phase("question", index))));
    const asked = players.map((player) => player.log.length);
    const timer = await ann.hears("timer", (told) => told.phase === "question" && told.running);
    assert.ok(Math.abs(timer.endsAt - Date.now() - timer.leftMs) < 3000, "endsAt is by the server's clock");
    assert.ok(timer.leftMs > 5000 && timer.leftMs <= 8000, `${timer.leftMs} of 8000 ms are left`);
    const { question } = ann.state;
    assert.deepEqual(Object.keys(question).sort().filter((key) => key !== "media"), ["choices", "kind", "points", "text", "timeMs"]);
    assert.ok(question.choices.every((choice) => Object.keys(choice).sort().join() === "id,text"));

    const ack = await ann.does("input", { type: "answer", index, ...key });
    assert.deepEqual(Object.keys(ack).sort(), ["ok", "tick"], "an ack says nothing of the answer's worth");
    const again = await ann.ask("input", { type: "answer", index, ...wrong[index] });
    assert.equal(again.ok, false, "one answer counts");
    assert.equal((await ben.ask("input", { type: "answer", index: index + 1, choice: 0 })).ok, false);
    const told = await ann.hears("you", (you) => you.answered === true);
    assert.ok(!("correct" in told) && !("gain" in told), `before the reveal: ${JSON.stringify(told)}`);
    for (const [at, player] of players.entries()) assertNoKey(player, asked[at]);
    await ben.does("input", { type: "answer", index, ...wrong[index] });
    await cat.does("input", { type: "answer", index, ...key });

    const state = await ann.sees(phase("reveal", index));
    const right = key.choices ?? [key.choice];
    assert.deepEqual(state.reveal.correct.map(Number), right);
    const counts = Object.values(state.reveal.counts).map(Number);
    assert.equal(counts.length, question.choices.length);
    const late = await cat.ask("input", { type: "answer", index, ...key });
    assert.equal(late.ok, false, "after the reveal nothing scores");
    const mine = await ann.hears("you", (you) => you.correct === true);
    assert.ok(mine.gain > 0 && mine.score >= mine.gain && mine.rank >= 1 && mine.streak === index + 1);
    assert.equal((await ben.hears("you", (you) => you.correct === false)).gain, 0);
    for (const player of players) player.forget();
    await host.does("input", { type: "next" });
    if (index < 2) await ann.sees((state) => state.phase === "leaderboard" || state.phase === "countdown");
    if (ann.state.phase === "leaderboard" && index < 2) await host.does("input", { type: "next" });
  }
  await host.sees((state) => state.phase === "leaderboard" || state.phase === "podium");
  if (host.state.phase === "leaderboard") await host.does("input", { type: "next" });
  const state = await ann.sees(phase("podium"));
  assert.equal(state.leaderboard.length, 3);
  assert.equal(state.leaderboard[2].name, "Ben");
  assert.equal(state.leaderboard[2].score, 0);
  assert.ok(state.leaderboard[0].score >= 3800, "both right answers were fast");
  const last = await host.hears("score", (told) => told.total === 3 && told.scores.some((row) => row.score >= 3800));
  assert.deepEqual(Object.keys(last.scores[0]).sort(), ["gain", "name", "rank", "score", "seat"]);
  await host.does("input", { type: "end" });
  for (const client of [host, ...players]) assert.equal((await client.hears("closed")).reason, "ended");
});

everyKind("the host's controls", () => server, async (table) => {
  const host = await table.quiz();
  const ann = await table.player(host.room, "Ann");
  const ben = await table.player(host.room, "Ben");
  await host.does("input", { type: "lock", locked: true });
  const late = await table.client();
  await late.refused("locked", "join", { room: host.room, name: "Cat" });
  await host.does("input", { type: "lock", locked: false });
  await late.does("join", { room: host.room, name: "Cat" });

  await host.does("input", { type: "kick", seat: late.seat });
  const closed = await late.hears("closed");
  assert.equal(closed.reason, "kicked");
  const back = await late.ask("resume", { token: late.token });
  assert.equal(back.ok, false, "a kick revokes the token");
  assert.equal((await late.ask("join", { room: host.room, name: "Cat" })).ok, false, "and the name");

  await host.does("input", { type: "start" });
  await ann.sees(phase("question", 0));
  await host.does("input", { type: "pause" });
  const paused = await ann.hears("timer", (told) => told.phase === "question" && !told.running);
  assert.ok(paused.leftMs > 0);
  assert.ok(paused.endsAt === null || paused.endsAt === undefined);
  await host.does("input", { type: "resume" });
  ann.forget();
  await host.does("input", { type: "extend", ms: 5000 });
  const longer = await ann.hears("timer", (told) => told.running && told.leftMs > 8000);
  assert.ok(longer.leftMs <= 13000);
  for (const command of ["next", "skip", "pause", "end"]) {
    assert.equal((await ann.ask("input", { type: command })).ok, false, `a player's ${command}`);
  }
  assert.equal((await ann.ask("input", { type: "kick", seat: ben.seat })).ok, false);
  await host.does("input", { type: "skip" });
  await ann.sees((state) => state.phase !== "question");
  await ended(host);
  await ann.hears("closed", (told) => told.reason === "ended" && /\S/.test(told.message));
});

everyKind("a cut player resumes with the answer kept", () => server, async (table) => {
  const host = await table.quiz();
  const ann = await table.player(host.room, "Ann");
  const ben = await table.player(host.room, "Ben");
  await host.does("input", { type: "start" });
  await ann.sees(phase("question", 0));
  await ann.does("input", { type: "answer", index: 0, choice: 1 });
  ann.cut();
  await ann.hears("disconnect");
  const back = await table.client();
  const ack = await back.does("resume", { token: ann.token });
  assert.deepEqual([ack.seat, ack.you.answered], [ann.seat, true]);
  assert.equal(ack.state.phase, "question");
  const again = await back.ask("input", { type: "answer", index: 0, choice: 0 });
  assert.equal(again.ok, false, "a reconnect allows no second answer");
  await ben.does("input", { type: "answer", index: 0, choice: 0 });
  const state = await back.sees(phase("reveal", 0));
  assert.deepEqual(state.reveal.correct.map(Number), [1]);
  assert.ok((await back.hears("you", (you) => you.correct === true)).gain > 900);
  await ended(host);
  await back.hears("closed");
});

/** Nothing a player was sent since the question opened names what only its key decides. */
function assertNoKey(player, from) {
  for (const told of [player.state, ...player.log.slice(from)]) {
    assert.ok(!/correct|reveal|gain|explanation/i.test(JSON.stringify(told)), JSON.stringify(told));
  }
}

/** To the podium, and out. */
async function ended(host) {
  await host.does("input", { type: "end" });
  await host.sees(phase("podium"));
  await host.does("input", { type: "end" });
}
