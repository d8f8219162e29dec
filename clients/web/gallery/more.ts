// The scenes that scenes.ts leaves out: dialogs that were asked for, forms in use, faults, ends, and the very few and very many.
// They hold made-up data only, from the same hands.
import { text } from "../src/i18n/text.svelte.ts";
import { Desk } from "../src/session/desk.svelte.ts";
import { Pairing } from "../src/session/pairing.svelte.ts";
import { Session } from "../src/session/session.svelte.ts";
import { own } from "../src/state/fault.ts";
import type { CloseReason, Pack, Phase, Question, Refused, Standing, WholePack } from "../src/wire.ts";
import {
  BEFORE,
  desk,
  held,
  host,
  nameOf,
  NOBODY,
  out,
  PACKS,
  play,
  QUESTIONS,
  press,
  never,
  question,
  remote,
  REVEAL,
  revealed,
  RIGHT,
  roster,
  type Scene,
  session,
  type Shown,
  standings,
  THIRD,
  typed,
  watch,
} from "./scenes.ts";
import { SUMMARIES, SUMMARIES_TURNED } from "./summary.ts";

const LONG_NAME = nameOf(7);

/** As long as a server lets names be unless told otherwise, in two words or in one. */
const longName = (seat: number): string =>
  `${seat % 2 === 0 ? "Maximiliane Constanze" : "Schwarzwaldbummlerin"} ${seat}`;

/** A second of silence: the head of a WAV file, and its samples. */
const SILENCE = `data:audio/wav;base64,${btoa(
  `RIFF\x64\x1f\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\x40\x1f\0\0${"\x80".repeat(8_000)}`,
)}`;

const heard = question("single", "Which bird is this?", ["Blackbird", "Robin", "Wren", "Nightingale"], {
  media: { audio: SILENCE, alt: "A bird sings" },
});

const filmed = question("single", "Who lands here?", ["An eagle", "A glider", "A kite", "A balloon"], {
  media: { video: "data:video/webm;base64,", alt: "Something comes down on a meadow" },
});

/** A film's place and buttons: its pictures, and how soon they come, would be others each time. */
const unfilmed = (scene: Scene): Scene => ({
  ...scene,
  then: (page) => {
    const video = page.querySelector("video");
    if (!video) throw new Error("there is no film");
    video.removeAttribute("src");
    video.load();
  },
});

const hebrewRevealed = {
  question: QUESTIONS.hebrew,
  language: "he",
  reveal: { correct: RIGHT.hebrew, counts: { 0: 4, 1: 17, 3: 6 } },
};

const longRevealed = {
  question: QUESTIONS.long,
  reveal: { correct: [2, 4], counts: { 0: 1, 2: 12, 4: 15 }, explanation: REVEAL.explanation },
};

/** As many as share each place: 2 makes two firsts, two thirds, and so on. */
const tied = (count: number, by: number): Standing[] =>
  standings(count).map((row, at) => {
    const first = at - (at % by);
    return { ...row, rank: first + 1, score: 9_800 - first * 613 };
  });

const longNamed = (count: number): Standing[] =>
  standings(count).map((row) => ({ ...row, name: row.seat === 1 ? "Margaret" : longName(row.seat) }));

/** One button after another is pressed. */
const pressing = (scene: Scene, ...names: string[]): Scene => ({
  ...scene,
  then: (page) => {
    for (const name of names) press(name)(page);
  },
});

/** The packs, as they are searched for this. */
const searching = (words: string): Scene => ({
  session: out(),
  desk: desk(),
  then: typed("[type=search]", words),
});

/** A room that has ended for this viewer. */
function over(shown: Session, reason: CloseReason): Session {
  shown.closed = { reason, message: "" };
  shown.standing = "closed";
  return shown;
}

function refused(scene: Scene, code: Parameters<typeof own>[1]): Scene {
  scene.session.fault = own("form", code);
  return scene;
}

const deskWith = (change: (desk: Desk) => void): Desk => {
  const open = desk();
  change(open);
  return open;
};

const FIRST: Pack = PACKS[0] ?? { id: "", title: "", questions: 0, kinds: [] };

const ASKED = ["single", "truefalse", "multiple", "long", "longest", "hebrew", "picture"] as const;

/** A pack with the longest and the shortest that it may hold. */
const WHOLE: WholePack = {
  title: "General knowledge",
  language: "en",
  questions: [
    {
      kind: "single",
      text: "Which river flows through Vienna, Budapest and Belgrade?",
      choices: ["Rhine", "Danube", "Elbe", "Volga"],
      correct: [1],
      explanation: "The Danube passes four capitals, which is more than any other river does.",
    },
    {
      kind: "multiple",
      text: "Which of these sentences are true, and how sure can anybody who has to choose within twenty seconds be about all of it?",
      choices: Array.from(
        { length: 4 },
        (_, at) => `A choice that needs seventy-five characters to say what it means, like this${at}`,
      ),
      correct: [0, 3],
      media: { image: "/chart.svg", alt: "A chart with four lines" },
    },
    { kind: "truefalse", text: "2 > 1", choices: ["True", "False"], correct: [0] },
    ...ASKED.map((name) => ({ ...QUESTIONS[name], correct: RIGHT[name] })).map(
      ({ kind, text: words, choices, correct }) => ({
        kind,
        text: words,
        choices: choices.map((choice) => choice.text),
        correct: [...correct],
      }),
    ),
  ],
};

const OFFLINE: Refused = { ok: false, code: "offline", message: "" };

const waitingDesk = (): Desk => new Desk(held("key"), never, never);

const unpaired = (): Pairing => new Pairing(() => new Promise(() => undefined), held());

const refusedPairing = (): Pairing => new Pairing(() => Promise.resolve(OFFLINE), held());

const unveiling = (shown: number): Scene => host("podium", { leaderboard: standings(10), unveiled: shown });

const PACK = PACKS[0]?.title ?? "";

/** A host's page whose room was opened on it, and whose quiz is over: it knows what to play again. */
function playedHere(): Scene {
  const state = session("podium", { role: "host", leaderboard: standings(10), roster: roster(28) }).room
    ?.state;
  const seat = {
    room: "482913",
    game: "quiz",
    seat: 3,
    token: "",
    role: "host",
    hz: 20,
    tick: 1,
    time: 0,
    state,
    you: null,
  };
  const opens = new Session(
    { ...NOBODY, request: () => Promise.resolve({ ok: true, ...seat } as never) },
    held(),
    { now: () => 0 },
  );
  const few = deskWith((open) => {
    open.packs = PACKS.slice(0, 1);
  });
  return pressing({ session: opens, desk: few }, packLabel(), text.host.open);
}

/** What a pack's card is called: all that is on it. */
const packLabel = (): string =>
  [PACK, PACKS[0]?.description, text.questions(10), "en", text.host.by("The Parlor authors")].join(" ");

const many = (count: number): Shown => ({ players: count, roster: roster(count) });

const ended = (phase: Phase, reason: CloseReason): Scene => ({ session: over(session(phase), reason) });

export const MORE: Readonly<Record<string, () => Scene>> = {
  "play-join-code": () => ({ session: out(), code: "482913" }),
  "play-join-avatar": () => pressing({ session: out() }, text.avatar.change),
  "play-join-empty": () => pressing({ session: out() }, text.join.submit),
  "play-join-entering": () => ({
    session: out((shown) => {
      shown.name = nameOf(3);
      shown.standing = "entering";
    }),
    code: "482913",
  }),
  "play-join-offline": () => ({
    session: out((shown) => {
      shown.name = nameOf(3);
      shown.fault = own("form", "offline");
    }),
    code: "482913",
  }),
  "play-connecting": () => ({
    session: out((shown) => {
      shown.standing = "resuming";
      shown.online = true;
    }),
  }),
  "play-lobby-long": () => {
    const scene = play("lobby", { index: 0, players: 1_834, you: BEFORE });
    scene.session.name = LONG_NAME;
    return scene;
  },
  "play-countdown-paused": () => play("countdown", { leftMs: 2_400, paused: true }),
  "play-question-unknown": () =>
    play("question", { question: { ...QUESTIONS.single, kind: "order" as Question["kind"] } }),
  "play-question-sound": () => play("question", { question: heard }),
  "play-question-film": () => unfilmed(play("question", { question: filmed })),
  "play-question-picked": () => pressing(play("question", { question: QUESTIONS.multiple }), "23", "29"),
  "play-question-refused": () =>
    refused(play("question", { question: QUESTIONS.single, leftMs: 0 }), "too_late"),
  "play-question-thousands": () =>
    play("question", {
      question: QUESTIONS.single,
      answered: 1_204,
      players: 1_834,
      you: { answered: true, choice: 1, score: 1_234_567 },
    }),
  "play-sending": () => pressing(play("question", { question: QUESTIONS.single }), "Earth"),
  "play-reveal-long": () =>
    play("reveal", {
      ...longRevealed,
      you: { answered: true, choice: 1, correct: false, gain: 0, streak: 0 },
    }),
  "play-reveal-hebrew": () =>
    play("reveal", { ...hebrewRevealed, you: { answered: true, choice: 1, correct: true, gain: 874 } }),
  "play-leaderboard-3": () => play("leaderboard", { leaderboard: standings(3), players: 3, you: THIRD }),
  "play-leaderboard-60": () =>
    play("leaderboard", {
      leaderboard: standings(10),
      ...many(60),
      seat: 42,
      you: { score: 1_226, rank: 42 },
    }),
  "play-leaderboard-300": () =>
    play("leaderboard", {
      leaderboard: standings(10),
      ...many(300),
      seat: 217,
      you: { score: 312, rank: 217 },
    }),
  "play-leaderboard-tied": () =>
    play("leaderboard", { leaderboard: tied(10, 3), you: { score: 9_800, rank: 1 } }),
  "play-leaderboard-names": () => play("leaderboard", { leaderboard: longNamed(5), you: THIRD }),
  "play-podium-names": () => play("podium", { leaderboard: longNamed(6), you: THIRD }),
  "play-podium-below": () =>
    play("podium", { leaderboard: standings(10), ...many(300), seat: 217, you: { score: 312, rank: 217 } }),
  "play-podium-tied": () => play("podium", { leaderboard: tied(6, 2), you: THIRD }),
  "play-podium-tied-five": () => play("podium", { leaderboard: tied(10, 5), you: { score: 9_800, rank: 1 } }),
  "play-podium-ended": () => {
    const scene = play("podium", { leaderboard: standings(10), you: THIRD });
    return { session: over(scene.session, "ended") };
  },
  "play-ended": () => ended("question", "ended"),
  "play-failed": () => ended("question", "failed"),
  "play-idle": () => ({ session: over(out(), "idle") }),

  "host-key-checking": () => {
    const checking = new Desk(held(), never, never);
    checking.busy = true;
    return { session: out(), desk: checking, then: typed("#key", "It is this one.") };
  },
  "host-packs-loading": () => ({ session: out(), desk: waitingDesk() }),
  "host-packs-failed": () => ({
    session: out(),
    desk: new Desk(held("key"), () => Promise.resolve(OFFLINE), never),
  }),
  "host-packs-preview": () => ({
    session: out(),
    desk: deskWith((open) => {
      open.preview = { pack: FIRST, whole: WHOLE };
    }),
  }),
  "host-packs-preview-loading": () => ({
    session: out(),
    desk: deskWith((open) => {
      open.preview = { pack: FIRST };
    }),
  }),
  "host-packs-few": () => ({ session: out(), desk: deskWith((open) => (open.packs = PACKS.slice(0, 3))) }),
  "host-packs-searched": () => searching("protocol"),
  "host-packs-not-found": () => searching("Basket weaving"),
  "host-packs-unchosen": () => pressing({ session: out(), desk: desk() }, text.host.open),
  "host-packs-chosen": () =>
    pressing({ session: out(), desk: deskWith((open) => (open.packs = PACKS.slice(0, 3))) }, packLabel()),
  "host-packs-opening": () =>
    pressing(
      {
        session: out((shown) => (shown.standing = "entering")),
        desk: deskWith((open) => (open.packs = PACKS.slice(0, 3))),
      },
      packLabel(),
    ),
  "host-packs-no-room": () => ({
    session: out((shown) => (shown.fault = own("code", "unknown_room"))),
    desk: desk(),
    then: (page) => {
      typed("#take-over", "482913")(page);
      // Whoever is told it has it in sight, however large their screen is.
      window.addEventListener("resize", () => {
        page.querySelector(".field:has(#take-over)")?.scrollIntoView({ block: "nearest" });
      });
    },
  }),
  "host-restoring": () => ({ session: out((shown) => (shown.standing = "resuming")), desk: desk() }),
  "host-lobby-loopback": () => ({
    ...host("lobby", { players: 3 }),
    site: "http://127.0.0.1:3000",
  }),
  "host-lobby-60-long": () => {
    const all = Object.entries(roster(60, false)).map(([seat, entry]) => [
      seat,
      { ...entry, name: longName(Number(seat)) },
    ]);
    return host("lobby", { players: 60, roster: Object.fromEntries(all) });
  },
  "host-players-none": () => pressing(host("lobby", { players: 0 }), text.host.showPlayers),
  "host-players-300": () =>
    pressing(host("question", { question: QUESTIONS.single, players: 300 }), text.host.showPlayers),
  "host-players-removing": () =>
    pressing(host("lobby", { players: 8 }), text.host.showPlayers, text.host.kick("Barbara")),
  "host-question-removing": () =>
    pressing(
      host("question", { question: QUESTIONS.single }),
      text.host.showPlayers,
      text.host.kick("Barbara"),
      text.host.kick(LONG_NAME),
      text.close,
    ),
  "host-remote": () => pressing(host("lobby", { players: 8 }), text.remote.open),
  "host-remote-none": () =>
    pressing({ ...host("lobby", { players: 8 }), pairing: unpaired() }, text.remote.open),
  "host-remote-refused": () =>
    pressing(
      { ...host("lobby", { players: 8 }), pairing: refusedPairing() },
      text.remote.open,
      text.remote.make,
    ),
  "host-shortcuts": () => pressing(host("question", { question: QUESTIONS.single }), text.host.help),
  "host-end": () => pressing(host("question", { question: QUESTIONS.single }), text.host.end),
  "host-close": () => pressing(host("lobby", { players: 8 }), text.host.end),
  "host-countdown-paused": () => host("countdown", { leftMs: 2_400, paused: true }),
  "host-question-sound": () => host("question", { question: heard }),
  "host-question-film": () => unfilmed(host("question", { question: filmed })),
  "host-question-thousands": () =>
    host("question", { question: QUESTIONS.single, answered: 1_204, players: 1_834 }),
  "host-question-multiple": () => host("question", { question: QUESTIONS.multiple, answered: 0 }),
  "host-reveal-hebrew": () => host("reveal", hebrewRevealed),
  "host-reveal-longest": () =>
    host("reveal", {
      question: QUESTIONS.longest,
      reveal: { correct: RIGHT.longest, counts: { 0: 1, 2: 12, 4: 15 }, explanation: REVEAL.explanation },
    }),
  "host-reveal-truefalse": () =>
    host("reveal", { question: QUESTIONS.truefalse, reveal: { correct: RIGHT.truefalse, counts: {} } }),
  "host-leaderboard-3": () => host("leaderboard", { leaderboard: standings(3), players: 3 }),
  "host-leaderboard-60": () => host("leaderboard", { leaderboard: standings(10), players: 60 }),
  "host-leaderboard-300": () => host("leaderboard", { leaderboard: standings(10), players: 300 }),
  "host-leaderboard-tied": () => host("leaderboard", { leaderboard: tied(10, 3) }),
  "host-podium-none-shown": () => unveiling(0),
  "host-podium-third": () => unveiling(1),
  "host-podium-second": () => unveiling(2),
  "host-podium-one": () => host("podium", { leaderboard: standings(1), players: 1 }),
  "host-podium-empty": () => host("podium", { leaderboard: [], players: 0 }),
  "host-podium-60": () => host("podium", { leaderboard: standings(10), players: 60 }),
  "host-podium-300": () => host("podium", { leaderboard: standings(10), players: 300 }),
  "host-podium-tied": () => host("podium", { leaderboard: tied(10, 3) }),
  "host-podium-again": () => playedHere(),
  ...SUMMARIES,
  "host-closed": () => ({ session: over(out(), "ended"), desk: desk() }),
  "host-failed": () => ({ session: over(out(), "failed"), desk: desk() }),

  "remote-restoring": () => ({ session: out((shown) => (shown.standing = "resuming")), remote: true }),
  "remote-offline": () => ({
    session: new Session({ ...NOBODY, request: () => Promise.resolve(OFFLINE as never) }, held()),
    remote: true,
    link: { room: "482913", key: "K".repeat(32) },
  }),
  "remote-players": () =>
    pressing(remote("question", { question: QUESTIONS.single }), `${text.host.showPlayers} (28)`),
  "remote-removing": () =>
    pressing(
      remote("lobby", { index: 0, players: 8, roster: roster(8) }),
      text.host.showPlayers,
      text.host.kick(LONG_NAME),
      text.close,
    ),
  "remote-end": () => pressing(remote("question", { question: QUESTIONS.single }), text.host.end),
  "remote-refused": () => refused(remote("reveal", revealed), "busy"),
  "remote-replaced": () => ({ session: over(out(), "replaced"), remote: true }),
  "remote-ended": () => ({ session: over(out(), "ended"), remote: true }),

  "watch-entering": () => ({
    session: out((shown) => (shown.standing = "entering")),
    watches: true,
    code: "482913",
  }),
  "watch-restoring": () => ({ session: out((shown) => (shown.standing = "resuming")), watches: true }),
  "watch-lobby-60": () => watch("lobby", { players: 60 }),
  "watch-question-long": () => watch("question", { question: QUESTIONS.long, paused: true }),
  "watch-leaderboard-300": () => watch("leaderboard", { leaderboard: standings(10), players: 300 }),
  "watch-podium-ended": () => {
    const scene = watch("podium", { leaderboard: standings(10) });
    return { session: over(scene.session, "ended"), watches: true };
  },
  "watch-replaced": () => ({ session: over(out(), "replaced"), watches: true }),
};

/** As TURNED of scenes.ts. */
export const MORE_TURNED = [
  "play-join-avatar.de",
  "play-question-longest.de",
  "play-leaderboard-300.de",
  "play-podium.de",
  "host-players.de",
  "host-players-300.de",
  "host-remote.de",
  "host-remote-none.de",
  "host-shortcuts.de",
  "host-end.de",
  "host-reveal-long.de",
  "host-leaderboard-300.de",
  "host-podium-again.de",
  ...SUMMARIES_TURNED,
  "remote-question.de",
  "remote-revoked.de",
  "watch-question.de",
  "watch-code.de",
  "play-join-avatar.rtl",
  "play-podium.rtl",
  "play-leaderboard-300.rtl",
  "host-players.rtl",
  "host-remote.rtl",
  "host-leaderboard.rtl",
  "remote-question.rtl",
  "remote-podium.de",
  "remote-podium.rtl",
  "watch-question-long.rtl",
];
