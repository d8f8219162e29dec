// The host's page after the podium: what a quiz came to, of few and of many, and when it can't be had.
// Made-up data only; a link that answers nothing else.
import { text } from "../src/i18n/text.svelte.ts";
import type { Link } from "../src/net/link.ts";
import type { PlayedQuestion, QuizSummary, Refused } from "../src/wire.ts";
import { host, nameOf, NOBODY, press, QUESTIONS, RIGHT, type Scene, standings } from "./scenes.ts";

type Asked = keyof typeof QUESTIONS;

/** How a question may have been answered by so many: the later it is, the worse. */
function played(asked: Asked, at: number, players: number): PlayedQuestion {
  const { kind, text: words, choices } = QUESTIONS[asked];
  const answered = Math.max(0, players - (at % 4));
  const right = Math.max(0, Math.round(answered * (0.9 - 0.13 * (at % 7))));
  const partly = kind === "multiple" ? Math.floor((answered - right) / 2) : 0;
  const wrong = answered - right - partly;
  const [first, ...others] = RIGHT[asked];
  const not = choices.map(({ id }) => id).filter((id) => id !== first && !others.includes(id));
  /** Who is right chose all that is right, who is so in part the first of it, and who is wrong one of the rest in turn. */
  const chosenBy = (id: number): number => {
    if (id === first) return right + partly;
    return others.includes(id) ? right : Math.max(0, Math.ceil((wrong - not.indexOf(id)) / not.length));
  };
  return {
    kind,
    text: words,
    choices: choices.map(({ text: choice, id }) => ({
      text: choice,
      correct: !not.includes(id),
      count: chosenBy(id),
    })),
    players,
    answered,
    right,
    partly,
    ...(kind === "multiple" ? { worth: (right + partly / 2) / Math.max(1, answered) } : {}),
    ...(answered > 0 ? { medianMs: 2_340 + at * 1_170 } : {}),
  };
}

function summed(asked: readonly Asked[], players: number): QuizSummary {
  const questions = asked.map((question, at) => played(question, at, players));
  const sum = (of: (question: PlayedQuestion) => number): number =>
    questions.reduce((all, question) => all + of(question), 0);
  /** Which of them has the least, if it is one alone: as the server tells it. */
  const least = (of: (question: PlayedQuestion) => number | undefined): number | undefined => {
    const all = questions.map((question) => of(question) ?? Infinity);
    const at = all.indexOf(Math.min(...all));
    return all.filter((each) => each < Infinity && each > (all[at] ?? 0)).length > 0 ? at : undefined;
  };
  const hardest = least(({ answered, right, worth }) =>
    answered > 0 ? (worth ?? right / answered) : undefined,
  );
  const fastest = least(({ medianMs }) => medianMs);
  return {
    players,
    answered: sum(({ answered }) => answered),
    right: sum(({ right }) => right),
    ...(hardest === undefined ? {} : { hardest }),
    ...(fastest === undefined ? {} : { fastest }),
    questions,
    results: standings(players).map(({ seat, score, rank }) => ({
      seat,
      name: nameOf(seat),
      score,
      rank,
      gains: questions.map((_, at) => ((seat + at) % 5 === 0 ? null : 940 - at * 11)),
    })),
  };
}

/** A server that tells this, or refuses to; undefined: one that does not answer. */
const telling = (told: QuizSummary | Refused | undefined): Link => ({
  ...NOBODY,
  request: (event) =>
    event !== "summary" || told === undefined
      ? new Promise(() => undefined)
      : Promise.resolve(("ok" in told ? told : { ok: true, summary: told }) as never),
});

const after = (told: QuizSummary | Refused | undefined): Scene => {
  const { players, total, rows } =
    told === undefined || "ok" in told
      ? { players: 28, total: 10, rows: standings(10) }
      : { players: told.players, total: told.questions.length || 10, rows: told.results };
  const leaderboard = rows
    .slice(0, 10)
    .map(({ seat, name, score, rank }) => ({ seat, name, score, rank, gain: 0 }));
  return {
    ...host("podium", { leaderboard, players, total, link: telling(told) }),
    then: press(text.host.summary.title),
  };
};

const FEW = ["single", "truefalse", "multiple"] as const;
const LONG = ["long", "longest", "hebrew", "picture"] as const;

const repeated = (questions: readonly Asked[], count: number): Asked[] =>
  Array.from({ length: count }, (_, at) => questions[at % questions.length] ?? "single");

function unanswered(): QuizSummary {
  const { questions, ...whole } = summed(FEW, 4);
  const none = questions.map(({ kind, text: words, choices, players }) => ({
    kind,
    text: words,
    choices: choices.map((choice) => ({ ...choice, count: 0 })),
    players,
    answered: 0,
    right: 0,
    partly: 0,
  }));
  const results = whole.results.map((row) => ({ ...row, score: 0, rank: 1, gains: FEW.map(() => null) }));
  return { players: 4, answered: 0, right: 0, questions: none, results };
}

const REFUSED: Refused = { ok: false, code: "offline", message: "" };

export const SUMMARIES: Readonly<Record<string, () => Scene>> = {
  "host-summary": () => after(summed(repeated(FEW, 10), 28)),
  "host-summary-3": () => after(summed(FEW, 3)),
  "host-summary-40": () => after(summed(repeated(LONG, 40), 300)),
  "host-summary-choices": () => {
    const scene = after(summed(FEW, 28));
    return {
      ...scene,
      then: (page) => {
        scene.then?.(page);
        // Once it has come.
        setTimeout(() => {
          for (const details of page.querySelectorAll("details")) details.open = true;
        });
      },
    };
  },
  "host-summary-nobody": () => after(unanswered()),
  "host-summary-empty": () => after({ players: 0, answered: 0, right: 0, questions: [], results: [] }),
  "host-summary-loading": () => after(undefined),
  "host-summary-failed": () => after(REFUSED),
  "host-summary-closed": () => {
    const scene = after(summed(FEW, 28));
    return {
      ...scene,
      then: () => {
        // Once it has come.
        setTimeout(() => {
          scene.session.closed = { reason: "ended", message: "" };
          scene.session.standing = "closed";
        });
      },
    };
  },
};

/** As TURNED of scenes.ts. */
export const SUMMARIES_TURNED = ["host-summary.de", "host-summary-failed.de", "host-summary.rtl"];
