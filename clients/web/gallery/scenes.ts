// The scenes of the gallery: each is a page in one state, among them the longest and the fullest there are.
// They hold made-up data only, and a link that carries nothing.
import { flushSync } from "svelte";

import type { Link } from "../src/net/link.ts";
import { Desk } from "../src/session/desk.svelte.ts";
import type { Keep } from "../src/session/keep.ts";
import { Pairing } from "../src/session/pairing.svelte.ts";
import { Session } from "../src/session/session.svelte.ts";
import { own } from "../src/state/fault.ts";
import { text } from "../src/i18n/text.svelte.ts";
import type { RemoteLink } from "../src/state/remotelink.ts";
import { seated } from "../src/state/room.ts";
import { runs } from "../src/state/controls.ts";
import type { LinkTold, Pack, Phase, Question, Role, RoomState, SeatId, Standing, You } from "../src/wire.ts";

export interface Scene {
  readonly session: Session;
  readonly desk?: Desk;
  readonly code?: string;
  /** Whether it is of the spectator's page. */
  readonly watches?: true;
  /** Whether it is of the remote's page. */
  readonly remote?: true;
  /** What led the remote's page to the room. */
  readonly link?: RemoteLink;
  /** The link to a remote that the host's page has made, if it isn't the usual one. */
  readonly pairing?: Pairing;
  /** The site that players are sent to, if it isn't the usual one. */
  readonly site?: string;
  /** Whether the code for what a seat shows is not there: it is coming, or could not be had. */
  readonly late?: "coming" | "failing";
  /** What is done to the page once it is shown: what it keeps to itself can't be given to it. */
  readonly then?: (page: HTMLElement) => void;
}

/** Answers nothing. */
export const NOBODY: Link = {
  isUp: () => false,
  open: () => undefined,
  close: () => undefined,
  reopen: () => undefined,
  request: () => new Promise(() => undefined),
  listen: () => () => undefined,
};

/** How somebody is connected: most of them well, some slowly, one by polling, one not measured yet. */
const linkOf = (seat: number): LinkTold => {
  const link = seat % 14 === 3 ? "polling" : "websocket";
  if (seat % 13 === 6) return { seat, link };
  return { seat, link, rtt: seat % 11 === 2 ? 200 + 103 * seat : 18 + 7.3 * (seat % 20) };
};

/** Tells how players are connected, and nothing else. */
const TELLING: Link = {
  ...NOBODY,
  request: (event, say) =>
    event === "links"
      ? Promise.resolve({ ok: true, links: (say as { seats: readonly number[] }).seats.map(linkOf) } as never)
      : new Promise(() => undefined),
};

export function held<T>(value?: T): Keep<T> {
  return { read: () => value, write: () => undefined, forget: () => undefined };
}

export const question = (
  kind: Question["kind"],
  words: string,
  choices: string[],
  more: Partial<Question> = {},
): Question => ({
  kind,
  text: words,
  choices: choices.map((choice, id) => ({ id, text: choice })),
  timeMs: 20_000,
  points: 1000,
  ...more,
});

const LONG_CHOICE = "A choice that needs seventy-five characters to say what it means, like this";

export const QUESTIONS = {
  single: question("single", "Which planet has the shortest day?", ["Mercury", "Jupiter", "Earth", "Venus"]),
  truefalse: question("truefalse", "Bananas grow on trees.", ["True", "False"]),
  multiple: question("multiple", "Which of these are prime numbers?", ["21", "23", "27", "29", "31", "33"]),
  long: question(
    "single",
    "In which of the following years did the first message travel between two computers over what would become the Internet?",
    Array.from({ length: 6 }, (_, at) => `${LONG_CHOICE}${at}`),
  ),
  longest: question(
    "multiple",
    "Words upon words. ".repeat(55),
    Array.from({ length: 8 }, (_, at) => `${LONG_CHOICE.repeat(4)}${at}`),
  ),
  hebrew: question("single", "לאיזה כוכב לכת היום הקצר ביותר?", [
    "כוכב חמה",
    "צדק",
    "כדור הארץ",
    "נוגה (Venus)",
  ]),
  picture: question("single", "What is on this picture?", ["A sign", "A cat", "A tree", "A boat"], {
    media: { image: "/favicon.svg", alt: "A green bubble with a letter in it" },
  }),
} as const;

/** Which of their choices are right. */
export const RIGHT: Readonly<Record<keyof typeof QUESTIONS, readonly number[]>> = {
  single: [1],
  truefalse: [1],
  multiple: [1, 3, 4],
  long: [2],
  longest: [2, 4],
  hebrew: [1],
  picture: [0],
};

const NAMES =
  "Ada Grace Linus Barbara Edsger Margaret Donald Frances Alan Radia Tim Hedy Ken Sophie Dennis".split(" ");

export const nameOf = (seat: number): string => {
  if (seat === 7) return "A name with as many letters as one may ever have";
  return `${NAMES[seat % NAMES.length] ?? "Ada"}${seat >= NAMES.length ? ` ${seat}` : ""}`;
};

/** Those in front are far apart; even who is three hundredth has some. */
const scoreAt = (place: number): number =>
  place < 10 ? 9_800 - place * 613 : Math.max(0, 4_283 - (place - 9) * 12);

export const standings = (count: number): Standing[] =>
  Array.from({ length: count }, (_, at) => ({
    seat: at + 1,
    name: nameOf(at + 1),
    score: scoreAt(at),
    gain: at % 3 === 2 ? 0 : 940 - at * 31,
    rank: at + 1,
  }));

/** So many who came last are named to a host. */
const NAMED = 200;

/** Who is named in a room of so many. Nobody has points before the first question. */
export const roster = (players: number, begun = true): NonNullable<RoomState["roster"]> =>
  Object.fromEntries(
    Array.from({ length: Math.min(NAMED, players) }, (_, at) => {
      const seat = players - at;
      return [seat, { name: nameOf(seat), connected: seat % 9 !== 5, score: begun ? scoreAt(seat - 1) : 0 }];
    }),
  );

/** So many are in a room if nothing else is said. */
const PLAYERS = 28;

export interface Shown extends Partial<RoomState> {
  readonly role?: Role;
  readonly you?: Partial<You>;
  readonly leftMs?: number;
  readonly seat?: SeatId;
  /** What answers for the server. */
  readonly link?: Link;
}

export function session(
  phase: Phase,
  { role = "player", you = {}, leftMs = 13_000, seat = 3, link = TELLING, ...changed }: Shown = {},
): Session {
  const shown = new Session(link, held(), { now: () => 0 });
  const { players = PLAYERS, total = 10 } = changed;
  const state: RoomState = {
    phase,
    index: phase === "lobby" ? 0 : phase === "podium" ? total - 1 : 3,
    total,
    title: "General knowledge",
    answered: phase === "question" ? Math.min(17, players) : 0,
    players,
    locked: false,
    paused: false,
    ...changed,
  };
  const room = seated({
    ok: true,
    room: "482913",
    game: "quiz",
    seat,
    token: "",
    role,
    hz: 20,
    tick: 1,
    time: 0,
    state,
    you: { answered: false, score: 4_210, rank: 5, streak: 3, ...you },
  });
  // As the server tells it: there is time left only where a phase ends by itself.
  const time = runs(state) ? { endsAt: leftMs, leftMs } : {};
  shown.room = { ...room, timer: { tick: 1, phase, ...time, running: !state.paused } };
  shown.name = changed.leaderboard?.find((row) => row.seat === seat)?.name ?? nameOf(seat);
  shown.standing = "in";
  shown.online = true;
  return shown;
}

export const play = (phase: Phase, shown: Shown = {}): Scene => ({ session: session(phase, shown) });

export const PACKS: readonly Pack[] = Array.from({ length: 14 }, (_, at) => ({
  id: `pack-${at}`,
  title:
    ["General knowledge", "Science", "How this protocol works, from the first byte to the last one"][
      at % 3
    ] ?? "",
  description: "What everyone should know and nobody does, in ten questions.",
  author: "The Parlor authors",
  language: "en",
  questions: 10 + at,
  kinds: ["single"],
}));

export const never = (): Promise<never> => new Promise(() => undefined);

export const desk = (): Desk => {
  const open = new Desk(held("key"), () => Promise.resolve({ ok: true, packs: PACKS }), never);
  open.packs = PACKS;
  return open;
};

/** A room as those see it who are told who is in it. */
const told = (role: Role, phase: Phase, shown: Shown): Session =>
  session(phase, {
    role,
    roster: roster(shown.players ?? PLAYERS, phase !== "lobby"),
    autoAdvance: false,
    ...shown,
  });

export const host = (phase: Phase, shown: Shown = {}): Scene => ({
  session: told("host", phase, shown),
  desk: desk(),
});

/** A link to a remote, so that its dialog has one to show. */
export const paired = (): Pairing =>
  new Pairing(() => new Promise(() => undefined), held({ room: "482913", key: "K".repeat(32) }));

/** Presses the last button, label or summary that says just this, else the first that begins so. */
export const press =
  (words: string) =>
  (page: HTMLElement): void => {
    const all = [...page.querySelectorAll<HTMLElement>("button, summary, label")];
    const said = (element: HTMLElement): string => (element.ariaLabel ?? element.textContent).trim();
    const found =
      all.findLast((element) => said(element) === words) ??
      all.find((element) => said(element).startsWith(words));
    if (!found) throw new Error(`nothing to press says ${words}`);
    found.click();
    flushSync();
  };

/** Types words into the field that is found by this. */
export const typed =
  (field: string, words: string) =>
  (page: HTMLElement): void => {
    const found = page.querySelector<HTMLInputElement>(field);
    if (!found) throw new Error(`there is no ${field}`);
    found.value = words;
    found.dispatchEvent(new Event("input", { bubbles: true }));
    flushSync();
  };

export const remote = (phase: Phase, shown: Shown = {}): Scene => ({
  session: told("host", phase, shown),
  remote: true,
});

export const watch = (phase: Phase, shown: Shown = {}): Scene => ({
  session: told("spectator", phase, shown),
  watches: true,
});

export const out = (change: (session: Session) => void = () => undefined): Session => {
  const shown = new Session(NOBODY, held());
  change(shown);
  return shown;
};

export const REVEAL = {
  correct: [1],
  counts: { 0: 4, 1: 17, 2: 0, 3: 6 },
  explanation: "A day on Jupiter takes just under ten hours, although it is by far the largest planet.",
};

export const revealed = { question: QUESTIONS.single, reveal: REVEAL };

/** Nobody has anything yet. */
export const BEFORE: Partial<You> = { score: 0, rank: 0, streak: 0 };

/** The places of a podium are shown while somebody looks on. */
export const unveils = (scene: Scene): Scene => ({
  ...scene,
  then: () => {
    const { session } = scene;
    if (session.room) session.room = { ...session.room, state: { ...session.room.state, unveiled: 3 } };
    flushSync();
  },
});

/** Several right choices, each taken by some. */
const primesRevealed = {
  question: QUESTIONS.multiple,
  reveal: { correct: [1, 3, 4], counts: { 0: 5, 1: 22, 2: 9, 3: 19, 4: 14, 5: 2 } },
};

/** Who has the seat of play() if nothing else is said, in standings(). */
export const THIRD: Partial<You> = { score: 8_574, rank: 3 };

/** Scenes that are also shown in German, whose words are longer, and mirrored for scripts from right to left. */
export const TURNED = [
  "play-join.de",
  "play-late-failing.de",
  "play-lobby.de",
  "play-question-multiple.de",
  "play-lost.de",
  "play-reveal-right.de",
  "host-key.de",
  "host-packs.de",
  "host-lobby.de",
  "host-question.de",
  "host-podium.de",
  "host-lobby-60.de",
  "play-join.rtl",
  "play-question-hebrew.rtl",
  "play-reveal-right.rtl",
  "play-reveal-wrong.rtl",
  "play-reveal-partly.rtl",
  "play-reveal-partly.de",
  "play-leaderboard.rtl",
  "host-packs.rtl",
  "host-lobby.rtl",
  "host-question-hebrew.rtl",
  "host-reveal.rtl",
];

export const SCENES: Readonly<Record<string, () => Scene>> = {
  "play-join": () => ({ session: out() }),
  "play-join-faults": () => ({
    session: out((shown) => {
      shown.name = nameOf(3);
      shown.fault = own("name", "name_taken");
    }),
    code: "482913",
  }),
  "play-join-form-fault": () => ({
    session: out((shown) => (shown.fault = own("form", "unknown_token"))),
  }),
  "play-restoring": () => ({ session: out((shown) => (shown.standing = "resuming")) }),
  "play-late": () => ({ ...play("lobby"), late: "coming" }),
  "play-late-failing": () => ({ ...play("lobby"), late: "failing" }),
  "play-lobby": () => play("lobby", { index: 0, you: BEFORE }),
  "play-countdown": () => play("countdown", { leftMs: 2_400 }),
  "play-question": () => play("question", { question: QUESTIONS.single }),
  "play-question-hurry": () => play("question", { question: QUESTIONS.truefalse, leftMs: 3_100 }),
  "play-question-multiple": () => play("question", { question: QUESTIONS.multiple }),
  "play-question-long": () => play("question", { question: QUESTIONS.long }),
  "play-question-longest": () => play("question", { question: QUESTIONS.longest }),
  "play-question-picture": () => play("question", { question: QUESTIONS.picture }),
  "play-question-hebrew": () => play("question", { question: QUESTIONS.hebrew }),
  "play-question-paused": () => play("question", { question: QUESTIONS.single, paused: true }),
  "play-locked-in": () =>
    play("question", { question: QUESTIONS.single, you: { answered: true, choice: 1 } }),
  "play-locked-in-long": () =>
    play("question", { question: QUESTIONS.long, you: { answered: true, choice: 1 } }),
  "play-lost": () => {
    const scene = play("question", { question: QUESTIONS.single });
    scene.session.choose([2]);
    scene.session.standing = "resuming";
    scene.session.online = false;
    return scene;
  },
  "play-reveal-right": () =>
    play("reveal", {
      ...revealed,
      you: { answered: true, choice: 1, correct: true, gain: 874, ahead: { name: "Grace", by: 120 } },
    }),
  "play-reveal-wrong": () =>
    play("reveal", {
      ...revealed,
      you: {
        answered: true,
        choice: 3,
        correct: false,
        gain: 0,
        streak: 0,
        ahead: { name: nameOf(7), by: 1_204 },
      },
    }),
  "play-reveal-first": () =>
    play("reveal", {
      ...revealed,
      you: { answered: true, choice: 1, correct: true, gain: 960, score: 9_170, rank: 1, streak: 4 },
    }),
  "play-reveal-behind-hebrew": () =>
    play("reveal", {
      ...revealed,
      you: { answered: true, choice: 1, correct: true, gain: 874, ahead: { name: "נועה (2)", by: 1 } },
    }),
  "play-reveal-none": () => play("reveal", { ...revealed, you: { correct: false, gain: 0, streak: 0 } }),
  "play-reveal-partly": () =>
    play("reveal", {
      ...primesRevealed,
      you: { answered: true, choices: [1, 2, 3], correct: false, gain: 280, streak: 0 },
    }),
  "play-reveal-partly-missed": () =>
    play("reveal", {
      ...primesRevealed,
      you: { answered: true, choices: [3], correct: false, gain: 312, streak: 0 },
    }),
  "play-reveal-partly-long": () =>
    play("reveal", {
      question: { ...QUESTIONS.long, kind: "multiple" },
      reveal: { correct: [1, 2], counts: { 0: 1, 1: 12, 2: 15, 4: 9 } },
      you: { answered: true, choices: [2, 4], correct: false, gain: 0, streak: 0 },
    }),
  "play-reveal-all": () =>
    play("reveal", {
      ...primesRevealed,
      you: { answered: true, choices: [1, 3, 4], correct: true, gain: 907, streak: 2 },
    }),
  "play-leaderboard": () =>
    play("leaderboard", {
      leaderboard: standings(5),
      you: { ...THIRD, ahead: { name: nameOf(2), by: 613 } },
    }),
  "play-leaderboard-below": () =>
    play("leaderboard", {
      leaderboard: standings(10),
      seat: 21,
      you: { score: 3_112, rank: 21, ahead: { name: nameOf(20), by: 88 } },
    }),
  "play-podium": () => play("podium", { leaderboard: standings(10), you: THIRD }),
  "play-podium-third": () => play("podium", { leaderboard: standings(10), unveiled: 1, you: THIRD }),
  "play-podium-waiting": () => play("podium", { leaderboard: standings(10), unveiled: 0, you: THIRD }),
  "play-podium-alone": () =>
    play("podium", { leaderboard: standings(1), players: 1, seat: 1, you: { score: 9_800, rank: 1 } }),
  "play-podium-unveiled": () =>
    unveils(play("podium", { leaderboard: standings(10), unveiled: 0, you: THIRD })),
  "play-kicked": () => ({
    session: out((shown) => {
      shown.closed = { reason: "kicked", message: "" };
      shown.standing = "closed";
    }),
  }),
  "play-replaced": () => ({
    session: out((shown) => {
      shown.closed = { reason: "replaced", message: "" };
      shown.standing = "closed";
    }),
  }),
  "host-key": () => ({ session: out(), desk: new Desk(held(), never, never) }),
  "host-key-fault": () => {
    const wrong = new Desk(held(), never, never);
    wrong.fault = own("key", "bad_key");
    return { session: out(), desk: wrong, then: typed("#key", "Is it this one?") };
  },
  "host-packs": () => ({ session: out(), desk: desk() }),
  "host-packs-none": () => {
    const empty = desk();
    empty.packs = [];
    return { session: out(), desk: empty };
  },
  "host-lobby-empty": () => host("lobby", { players: 0 }),
  "host-lobby": () => host("lobby", { players: 8 }),
  "host-lobby-60": () => host("lobby", { players: 60, locked: true }),
  "host-lobby-3": () => host("lobby", { players: 3 }),
  "host-lobby-30": () => host("lobby", { players: 30 }),
  "host-lobby-300": () => host("lobby", { players: 300 }),
  "host-lobby-thousands": () => host("lobby", { players: 1_834 }),
  "host-lobby-removing": () => ({
    ...host("lobby", { players: 30 }),
    then: (page) => {
      for (const name of ["Grace", nameOf(7)]) press(text.host.kick(name))(page);
    },
  }),
  "host-players": () => ({
    ...host("question", { question: QUESTIONS.single }),
    then: press(text.host.showPlayers),
  }),
  "host-countdown": () => host("countdown", { leftMs: 2_400 }),
  "host-question": () => host("question", { question: QUESTIONS.single }),
  "host-question-hebrew": () => host("question", { question: QUESTIONS.hebrew, language: "he" }),
  "host-question-truefalse": () => host("question", { question: QUESTIONS.truefalse, leftMs: 3_100 }),
  "host-question-long": () => host("question", { question: QUESTIONS.long, locked: true }),
  "host-question-longest": () => host("question", { question: QUESTIONS.longest }),
  "host-question-picture": () => host("question", { question: QUESTIONS.picture, paused: true }),
  "host-reveal": () => host("reveal", revealed),
  "host-reveal-long": () =>
    host("reveal", {
      question: QUESTIONS.long,
      reveal: { correct: [2, 4], counts: { 0: 1, 2: 12, 4: 15 }, explanation: REVEAL.explanation },
    }),
  "host-leaderboard": () => host("leaderboard", { leaderboard: standings(10) }),
  "host-leaderboard-empty": () => host("leaderboard", { leaderboard: [], players: 0 }),
  "host-podium": () => host("podium", { leaderboard: standings(10) }),
  "host-podium-two": () => host("podium", { leaderboard: standings(2), players: 2 }),
  "host-lost": () => {
    const scene = host("question", { question: QUESTIONS.single });
    scene.session.standing = "resuming";
    return scene;
  },
  "host-refused": () => {
    const scene = host("reveal", revealed);
    scene.session.fault = own("form", "wrong_phase");
    return scene;
  },
  "host-replaced": () => ({
    session: out((shown) => {
      shown.closed = { reason: "replaced", message: "" };
      shown.standing = "closed";
    }),
    desk: desk(),
  }),
  "remote-none": () => ({ session: out(), remote: true }),
  "remote-lobby": () => remote("lobby", { index: 0, players: 8, roster: roster(8) }),
  "remote-countdown": () => remote("countdown", { leftMs: 2_400 }),
  "remote-question": () => remote("question", { question: QUESTIONS.single }),
  "remote-question-long": () => remote("question", { question: QUESTIONS.long, locked: true, paused: true }),
  "remote-reveal": () => remote("reveal", revealed),
  "remote-leaderboard": () => remote("leaderboard", { leaderboard: standings(10) }),
  "remote-podium-third": () => remote("podium", { leaderboard: standings(10), unveiled: 1 }),
  "remote-podium": () => remote("podium", { leaderboard: standings(10) }),
  "remote-lost": () => {
    const scene = remote("question", { question: QUESTIONS.single });
    scene.session.standing = "resuming";
    return scene;
  },
  "remote-revoked": () => ({
    session: out((shown) => {
      shown.closed = { reason: "kicked", message: "" };
      shown.standing = "closed";
    }),
    remote: true,
  }),
  "watch-code": () => ({ session: out(), watches: true }),
  "watch-code-fault": () => ({
    session: out((shown) => (shown.fault = own("code", "unknown_room"))),
    watches: true,
    then: typed("#code", "482913"),
  }),
  "watch-lobby": () => watch("lobby", { players: 8 }),
  "watch-countdown": () => watch("countdown", { leftMs: 2_400 }),
  "watch-question": () => watch("question", { question: QUESTIONS.single }),
  "watch-reveal": () => watch("reveal", revealed),
  "watch-leaderboard": () => watch("leaderboard", { leaderboard: standings(10) }),
  "watch-podium": () => watch("podium", { leaderboard: standings(10) }),
  "watch-lost": () => {
    const scene = watch("question", { question: QUESTIONS.single });
    scene.session.standing = "resuming";
    return scene;
  },
  "watch-closed": () => ({
    session: out((shown) => {
      shown.closed = { reason: "ended", message: "" };
      shown.standing = "closed";
    }),
    watches: true,
  }),
};
