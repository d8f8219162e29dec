// What a host can do in each phase, and the keys that do it.
// It sends nothing; a control is the input to send, or something the page does by itself.
import type { HostInput, RoomState } from "../wire.ts";
import { veiled } from "./podium.ts";

/** How much longer "extend" makes a question, in milliseconds. */
export const EXTEND_MS = 10_000;

/** The next step of the quiz: the one control that the space bar and the large button work. */
export function step(state: RoomState): HostInput | undefined {
  switch (state.phase) {
    case "lobby":
      return state.players > 0 ? { type: "start" } : undefined;
    case "question":
      return { type: "skip" };
    case "reveal":
    case "leaderboard":
      return { type: "next" };
    case "podium":
      return veiled(state) > 0 ? { type: "next" } : undefined;
    case "countdown":
      return undefined;
  }
}

/** Pausing or going on again, where time runs. */
export function pauseOrResume(state: RoomState): HostInput | undefined {
  if (state.paused) return { type: "resume" };
  return runs(state) ? { type: "pause" } : undefined;
}

/** Whether the phase ends by itself: reveals and leaderboards do only if the quiz was opened so. */
export function runs({ phase, autoAdvance = false }: RoomState): boolean {
  switch (phase) {
    case "countdown":
    case "question":
      return true;
    case "reveal":
    case "leaderboard":
      return autoAdvance;
    case "lobby":
    case "podium":
      return false;
  }
}

export function extend(state: RoomState): HostInput | undefined {
  return state.phase === "question" ? { type: "extend", ms: EXTEND_MS } : undefined;
}

export function lockOrUnlock(state: RoomState): HostInput | undefined {
  return state.phase === "podium" ? undefined : { type: "lock", locked: !state.locked };
}

/** Whether ending now closes the room, rather than going to the podium with what was played. */
export function endCloses({ phase }: RoomState): boolean {
  return phase === "lobby" || phase === "podium";
}

/** Whether all is played and all places of the podium are shown: what it came to can be looked at. */
export function isDone(state: RoomState): boolean {
  return state.phase === "podium" && veiled(state) === 0;
}

/** A host's shortcut: an input's maker, or something the page does by itself. */
export type Shortcut =
  "step" | "pause" | "extend" | "lock" | "players" | "summary" | "undo" | "sounds" | "help";

const KEYS: Readonly<Record<string, Shortcut>> = {
  " ": "step",
  p: "pause",
  e: "extend",
  l: "lock",
  n: "players",
  s: "summary",
  u: "undo",
  m: "sounds",
  "?": "help",
};

/** What of a key press matters here. */
export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

const isPlain = (press: Press): boolean => !(press.ctrlKey || press.metaKey || press.altKey || press.repeat);

/** The shortcut a key press means; a held-down key means nothing. */
export function shortcut(press: Press): Shortcut | undefined {
  return isPlain(press) ? KEYS[press.key.toLowerCase()] : undefined;
}

/** The position of the choice that a player's key press means, of this many: "1" or "a" is the first. */
export function choiceKey(press: Press, choices: number): number | undefined {
  if (!isPlain(press) || press.key.length !== 1) return undefined;
  const key = press.key.toLowerCase();
  const position = /\d/.test(key) ? Number(key) - 1 : key.charCodeAt(0) - 97;
  return position >= 0 && position < choices ? position : undefined;
}
