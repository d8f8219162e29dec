import { expect, it } from "vitest";

import { about, gamesIn, isFull, pageOf, playedFirst, roomsIn } from "./lobby.ts";

const room = (code: string, players: number): object => ({
  room: code,
  game: "arena",
  players,
  capacity: 8,
  phase: "play",
});

it("lists rooms with a free seat first, and of those the fullest", () => {
  const said = { rooms: [room("4", 8), room("2", 1), room("1", 1), null, { room: 3 }, room("3", 7)] };
  expect(roomsIn(said).map(({ room }) => room)).toEqual(["3", "1", "2", "4"]);
  expect(roomsIn(said).map(isFull)).toEqual([false, false, false, true]);
});

it("does not trust a strange answer", () => {
  expect([roomsIn(null), roomsIn({ rooms: 1 })]).toEqual([[], []]);
  expect([gamesIn(null), gamesIn({ games: {} })]).toEqual([undefined, undefined]);
  const arena = { name: "arena", title: "Arena", hosted: false, quickMatch: true, options: [] };
  expect(gamesIn({ games: [arena, { name: 1 }] })).toEqual([arena]);
});

it("lists games that this site plays first, and leaves their order", () => {
  const game = (name: string) => ({ name, title: name, hosted: false, quickMatch: true, options: [] });
  const listed = playedFirst([game("button"), game("quiz"), game("chess"), game("arena")]);
  expect(listed.map(({ name }) => name)).toEqual(["quiz", "arena", "button", "chess"]);
});

it("leads to the pages that this site has", () => {
  expect([pageOf("arena"), pageOf("arena", "123456")]).toEqual(["/games/arena", "/games/arena?room=123456"]);
  expect([pageOf("quiz"), pageOf("quiz", "123456")]).toEqual(["/", "/join/123456"]);
  expect(pageOf("button", "123456")).toBeUndefined();
});

it("has words for the games it knows, and for no others", () => {
  expect([about("arena", { arena: "Run." }), about("toString", {})]).toEqual(["Run.", undefined]);
});
