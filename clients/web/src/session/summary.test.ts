import { expect, it } from "vitest";

import type { Ack, QuizSummary, Requests } from "../wire.ts";
import { Summing } from "./summary.svelte.ts";

const ROOM = "123456";
const summary = (players: number): QuizSummary => ({
  players,
  answered: 0,
  right: 0,
  questions: [],
  results: [],
});

type Told = Ack<Requests["summary"]["get"]>;

const told = (players: number): Told => ({ ok: true, summary: summary(players) });
const REFUSED: Told = { ok: false, code: "offline", message: "" };

function summing(...acks: Told[]) {
  let asked = 0;
  const made = new Summing(() => Promise.resolve(acks[asked++] ?? REFUSED));
  return { made, asked: () => asked };
}

it("knows a room's summary and no other's", async () => {
  const { made } = summing(told(3));
  expect(made.of(ROOM)).toBeUndefined();
  await made.load(ROOM);
  expect([made.of(ROOM)?.players, made.of("654321")]).toEqual([3, undefined]);
  expect(made.isOpen(ROOM)).toBe(false);
});

it("is asked for anew when it is looked at, once at a time", async () => {
  const { made, asked } = summing(told(3), told(2));
  await made.load(ROOM);
  made.toggle(ROOM);
  void made.load(ROOM);
  expect([asked(), made.isOpen(ROOM), made.isOpen("654321")]).toEqual([2, true, false]);
  await Promise.resolve();
  expect(made.of(ROOM)?.players).toBe(2);
  made.toggle(ROOM);
  expect([asked(), made.isOpen(ROOM)]).toEqual([2, false]);
});

it("says why not, keeps what it knew, and forgets the fault when it is asked once more", async () => {
  const { made } = summing(told(3), REFUSED, told(4));
  await made.load(ROOM);
  await made.load(ROOM);
  expect([made.fault?.code, made.of(ROOM)?.players]).toEqual(["offline", 3]);
  await made.load(ROOM);
  expect([made.fault, made.of(ROOM)?.players]).toEqual([undefined, 4]);
});

it("does not take the answer about one room for another's", async () => {
  let answer: (told: Told) => void = () => undefined;
  const acks = [new Promise<Told>((resolve) => (answer = resolve)), Promise.resolve(told(5))];
  const made = new Summing(() => acks.shift() ?? Promise.resolve(REFUSED));
  const first = made.load(ROOM);
  await made.load("654321");
  answer(told(9));
  await first;
  expect([made.of(ROOM), made.of("654321")?.players]).toEqual([undefined, 5]);
});
