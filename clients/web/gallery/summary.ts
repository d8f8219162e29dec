// The host's page after the podium: what a quiz came to, of few and of many, and when it can't be had.
// Made-up data only; a link that answers nothing else.
import { text } from "../src/i18n/text.svelte.ts";
import type { Link } from "../src/net/link.ts";
import type { PlayedQuestion, Question, QuizSummary, Refused } from "../src/wire.ts";
import { host, nameOf, NOBODY, press, QUESTIONS, roster, type Scene, standings } from "./scenes.ts";

/** How a question may have been answered by so many: the later it is, the worse. */
function played({ kind, text: words, choices }: Question, at: number, players: number): PlayedQuestion {
  const answered = Math.max(0, players - (at % 4));
  const right = Math.max(0, Math.round(answered * (0.9 - 0.13 * (at % 7))));
  const partly = kind === "multiple" ? Math.floor((answered - right) / 2) : 0;
  return {
    kind,
    text: words,
    choices: choices.map(({ text: choice }, id) => ({
      text: choice,
      correct: id === 1,
      count: id === 1 ? right : Math.floor((answered - right) / Math.max(1, choices.length - 1)),
    })),
    players,
    answered,
    right,
    partly,
    ...(kind === "multiple" ? { worth: (right + partly / 2) / Math.max(1, answered) } : {}),
    ...(answered > 0 ? { medianMs: 2_340 + at * 1_170 } : {}),
  };
}

function summed(asked: readonly Question[], players: number): QuizSummary {
  const questions = asked.map((question, at) => played(question, at, players));
  const sum = (of: (question: PlayedQuestion) => number): number =>
    questions.reduce((all, question) => all + of(question), 0);
  const judged = questions.filter(({ answered }) => answered > 0).length > 1;
  return {
    players,
    answered: sum(({ answered }) => answered),
    right: sum(({ right }) => right),
    ...(judged ? { hardest: Math.min(6, questions.length - 1), fastest: 0 } : {}),
    questions,
    results: standings(players).map(({ seat, score, rank }) => ({
      seat,
      name: nameOf(seat),
      score: Math.max(0, score),
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

const after = (told: QuizSummary | Refused | undefined, players = 28): Scene => {
  const leaderboard = standings(Math.min(10, players));
  return {
    ...host("podium", { leaderboard, players, roster: roster(Math.min(200, players)), link: telling(told) }),
    then: press(text.host.summary.title),
  };
};

const FEW = [QUESTIONS.single, QUESTIONS.truefalse, QUESTIONS.multiple];
const LONG = [QUESTIONS.long, QUESTIONS.longest, QUESTIONS.hebrew, QUESTIONS.picture];

const repeated = (questions: readonly Question[], count: number): Question[] =>
  Array.from({ length: count }, (_, at) => questions[at % questions.length] ?? QUESTIONS.single);

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
  "host-summary-3": () => after(summed(FEW, 3), 3),
  "host-summary-40": () => after(summed(repeated(LONG, 40), 300), 300),
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
  "host-summary-nobody": () => after(unanswered(), 4),
  "host-summary-empty": () => after({ players: 0, answered: 0, right: 0, questions: [], results: [] }, 0),
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
