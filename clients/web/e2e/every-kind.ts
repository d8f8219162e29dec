// A pack with a question of each kind, and of each way a kind can be: what the run with eight screens plays.
// It plays nothing; where its pictures, sounds and films are is the test's to say.

/** What each question is answered with is in the test; here is what is right. */
export interface Asked {
  readonly kind: string;
  readonly text: string;
  readonly choices?: readonly string[];
  readonly correct: readonly number[];
  readonly timeMs: number;
  readonly points: number;
  readonly credit?: "all" | "partial";
  readonly media?: {
    readonly image?: string;
    readonly audio?: string;
    readonly video?: string;
    readonly alt: string;
  };
  readonly explanation?: string;
}

export interface EveryKind {
  readonly title: string;
  readonly language: string;
  readonly questions: readonly [Asked, Asked, Asked, Asked];
}

/** Long enough that nobody is hurried. */
const UNHURRIED_MS = 60_000;

/** Long enough to lose the network for five seconds, on a busy machine too, and to be told of the last ten and five. */
const COUNTED_MS = 25_000;

/** The pack, with its media at this site. */
export const everyKind = (media: string): EveryKind => ({
  title: "Every kind",
  language: "en",
  questions: [
    {
      kind: "single",
      text: "Which letter is on the sign?",
      choices: ["An M", "A P", "A W", "A Z"],
      correct: [1],
      timeMs: UNHURRIED_MS,
      points: 1_000,
      media: { image: "/favicon.svg", alt: "A green bubble with a letter in it" },
      explanation: "P, as in parlour.",
    },
    {
      kind: "multiple",
      text: "Which of these are notes?",
      choices: ["Sol", "Sil", "La", "Lu"],
      correct: [0, 2],
      timeMs: UNHURRIED_MS,
      points: 1_500,
      media: { audio: `${media}/tone.wav`, alt: "A note that is held" },
    },
    {
      kind: "truefalse",
      text: "The square turns from dark to light.",
      correct: [0],
      timeMs: COUNTED_MS,
      points: 1_000,
      media: { video: `${media}/film.webm`, alt: "A square that changes its shade" },
    },
    {
      kind: "multiple",
      text: "Which of these numbers are prime?",
      choices: ["21", "22", "23", "24", "25", "26", "27", "29"],
      correct: [2, 7],
      timeMs: UNHURRIED_MS,
      points: 2_000,
      credit: "partial",
      explanation: "23 and 29; 21, 25 and 27 are odd, and products all the same.",
    },
  ],
});
