// A seat in an arena that was taken, as a server tells of it, for tests: each says what it is about.
// It plays nothing, and no page imports it.
import type { ArenaSeated } from "../../arena-wire.ts";

export const taken = (told: Partial<ArenaSeated>): ArenaSeated => ({
  ok: true,
  room: "123456",
  game: "arena",
  seat: 1,
  token: "secret",
  role: "player",
  hz: 30,
  tick: 0,
  time: 0,
  state: { players: {}, coins: {} },
  you: { seq: 0 },
  ...told,
});
