// Packed deltas beside Colyseus's patches of the same moves, in bytes.
// The moves are the arena's, and what they are packed is the encoder's: a Rust test keeps `moves.json` up to date.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Encoder, schema, t } from "@colyseus/schema";

const cases = JSON.parse(readFileSync(new URL("moves.json", import.meta.url), "utf8"));

/** A place to a tenth, as games on Colyseus keep it: as it is, in four bytes, or as a whole number of tenths in two. */
const WAYS = {
  number: { type: () => t.number(), kept: (place) => place },
  float32: { type: () => t.float32(), kept: (place) => place },
  uint16: { type: () => t.uint16(), kept: (place) => Math.round(place * 10) },
};

/** The bytes of Colyseus's patch of each tick, without what it takes to send it. */
function patches({ state: { players }, ticks }, { type, kept }) {
  const Player = schema({ x: type(), y: type(), score: t.uint16() }, "Player");
  const State = schema({ players: t.map(Player) }, "State");
  const state = new State();
  const encoder = new Encoder(state);
  const move = (player, { x, y, score }) => {
    if (x !== undefined) player.x = kept(x);
    if (y !== undefined) player.y = kept(y);
    if (score !== undefined) player.score = score;
  };
  for (const [seat, said] of Object.entries(players)) {
    const player = new Player();
    move(player, said);
    state.players.set(seat, player);
  }
  encoder.encode();
  encoder.discardChanges();
  return ticks.map(({ patch }) => {
    for (const [seat, said] of Object.entries(patch.players)) move(state.players.get(seat), said);
    const bytes = encoder.encode().length;
    encoder.discardChanges();
    return bytes;
  });
}

describe("a packed delta is no longer than Colyseus's patch", () => {
  for (const moves of cases) {
    test(`${moves.movers} of 100 players move`, (told) => {
      const theirs = Object.entries(WAYS).map(([way, kind]) => [way, patches(moves, kind)]);
      for (const [way, bytes] of theirs) assert.ok(bytes.every((length) => length > moves.movers), `${way} says something`);
      // The first of all moves tells the shape of what follows, once.
      for (const [tick, { bytes }] of [...moves.ticks.entries()].slice(1)) {
        for (const [way, lengths] of theirs) {
          assert.ok(bytes <= lengths[tick], `tick ${tick}: ${bytes} bytes, and ${lengths[tick]} by ${way}`);
        }
      }
      const last = moves.ticks.length - 1;
      const { bytes, packed, delta } = moves.ticks[last];
      const others = theirs.map(([way, lengths]) => `${lengths[last]} (${way})`).join(", ");
      told.diagnostic(`${bytes} bytes; Colyseus: ${others}; events: packed ${packed.join("/")}, delta ${delta.join("/")} (JSON/msgpack)`);
    });
  }

  test("the whole event with 64 moves, over msgpack", () => {
    const moves = cases.find(({ movers }) => movers === 64);
    const [theirs] = Object.values(WAYS).map((kind) => patches(moves, kind)).sort((a, b) => a.at(-1) - b.at(-1));
    for (const [tick, { packed: [, msgpack] }] of [...moves.ticks.entries()].slice(1)) {
      assert.ok(msgpack <= theirs[tick] + 1, `${msgpack} bytes, and ${theirs[tick]} behind Colyseus's byte for a patch`);
    }
  });
});
