// The shapes of what the server and this site say to each other about a quiz.
// No behaviour: reading and applying them is src/state/, carrying them is src/net/.

/** A seat's number in its room; may be shown to anyone. */
export type SeatId = number;

export type Role = "host" | "player" | "spectator";

export type Phase = "lobby" | "countdown" | "question" | "reveal" | "leaderboard" | "podium";

/** A choice's number within its question. */
export type ChoiceId = number;

export interface Choice {
  readonly id: ChoiceId;
  readonly text: string;
}

export interface Media {
  readonly image?: string;
  readonly audio?: string;
  readonly video?: string;
  readonly alt?: string;
}

export interface Question {
  /** "single", "truefalse" and "multiple" are answered here; a later kind may come from a newer server. */
  readonly kind: string;
  readonly text: string;
  readonly choices: readonly Choice[];
  readonly timeMs: number;
  readonly points: number;
  readonly media?: Media;
}

export interface Reveal {
  readonly correct: readonly ChoiceId[];
  /** How many took each choice, by its id. */
  readonly counts: Readonly<Record<string, number>>;
  readonly explanation?: string;
}

export interface Standing {
  readonly seat: SeatId;
  readonly name: string;
  readonly score: number;
  readonly gain: number;
  readonly rank: number;
}

export interface RosterEntry {
  readonly name: string;
  readonly connected: boolean;
  readonly score: number;
}

/** What a group may know of the room; the last four are the host's and the spectators'. */
export interface RoomState {
  readonly phase: Phase;
  readonly index: number;
  readonly total: number;
  readonly title: string;
  readonly question?: Question;
  readonly answered: number;
  readonly players: number;
  readonly locked: boolean;
  readonly paused: boolean;
  readonly reveal?: Reveal;
  readonly leaderboard?: readonly Standing[];
  /** At the podium while its places are being shown: how many are, from the last one up. */
  readonly unveiled?: number;
  readonly roster?: Readonly<Record<string, RosterEntry>>;
  readonly autoAdvance?: boolean;
  readonly language?: string;
}

/** What one seat alone may know. */
export interface You {
  readonly answered: boolean;
  readonly choice?: ChoiceId;
  readonly choices?: readonly ChoiceId[];
  readonly correct?: boolean;
  readonly gain?: number;
  readonly score: number;
  readonly rank: number;
  readonly streak: number;
  /** Who had the next higher score at the last reveal, and by how many points. */
  readonly ahead?: { readonly name: string; readonly by: number };
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A whole view, at a tick. */
export interface Snapshot {
  readonly tick: number;
  readonly t: number;
  readonly state: RoomState;
}

/** What changed from the view at tick `base` to that at `tick`, as an RFC 7396 merge patch. */
export interface Delta {
  readonly tick: number;
  readonly base: number;
  readonly t: number;
  readonly patch: Json;
}

export type Private = Partial<You> & { readonly tick: number };

/** A phase's time: it ends at `endsAt` on the server's clock, or stands with `leftMs` to go. */
export interface Timer {
  readonly tick: number;
  readonly phase: string;
  readonly endsAt?: number;
  readonly leftMs?: number;
  readonly running: boolean;
}

/** Somebody who came; `avatar` only if they have chosen one. */
export interface Newcomer {
  readonly seat: SeatId;
  readonly name: string;
  readonly avatar?: number;
}

/** How many there are, and, for those who may know, who came and went. */
export interface Players {
  readonly tick: number;
  readonly count: number;
  readonly joined?: readonly Newcomer[];
  readonly left?: readonly { readonly seat: SeatId; readonly name: string }[];
}

/** The top rows of the standings. */
export interface Score {
  readonly tick: number;
  readonly scores: readonly (Standing & { readonly avatar?: number })[];
  readonly total: number;
}

export type CloseReason = "ended" | "kicked" | "replaced" | "shutdown" | "idle" | "failed";

export interface Closed {
  readonly reason: CloseReason;
  readonly message?: string;
}

/** What the server sends unasked, by event. */
export interface Broadcasts {
  snapshot: Snapshot;
  delta: Delta;
  you: Private;
  timer: Timer;
  players: Players;
  score: Score;
  closed: Closed;
}

/** A no. `code` is stable; `message` is words for a person. */
export interface Refused {
  readonly ok: false;
  readonly code: string;
  readonly message: string;
}

export type Ack<T> = ({ readonly ok: true } & T) | Refused;

/** A seat that was taken, and all that its viewer needs to begin. */
export interface Seated {
  readonly room: string;
  readonly game: string;
  readonly seat: SeatId;
  readonly token: string;
  readonly role: Role;
  readonly avatar?: number;
  readonly tick: number;
  readonly time: number;
  readonly state: RoomState;
  readonly you?: Partial<You> | null;
}

export interface CreateQuiz {
  readonly game: "quiz";
  readonly options: { readonly pack: string; readonly autoAdvance: boolean };
  readonly role: "host";
  readonly key: string;
  readonly sync: "delta";
}

export interface Join {
  readonly room: string;
  readonly name?: string;
  readonly avatar?: number;
  readonly role?: Role;
  readonly key?: string;
  readonly sync: "delta";
}

export interface Resume {
  readonly token: string;
  readonly sync: "delta";
}

export type AnswerInput =
  | { readonly type: "answer"; readonly index: number; readonly choice: ChoiceId }
  | { readonly type: "answer"; readonly index: number; readonly choices: readonly ChoiceId[] };

export type HostInput =
  | { readonly type: "start" | "next" | "skip" | "pause" | "resume" | "end" }
  | { readonly type: "extend"; readonly ms: number }
  | { readonly type: "lock"; readonly locked: boolean }
  | { readonly type: "kick"; readonly seat: SeatId };

/** What this site asks of the server, by event: what it says, and what an ok brings. */
export interface Requests {
  create: { say: CreateQuiz; get: Seated };
  join: { say: Join; get: Seated };
  resume: { say: Resume; get: Seated };
  remote: { say: { readonly revoke?: true }; get: { readonly key?: string } };
  leave: { say: Record<string, never>; get: object };
  input: { say: AnswerInput | HostInput; get: { readonly tick: number } };
  clock: { say: { readonly t0: number }; get: { readonly t0: number; readonly t1: number } };
}

/** A quiz that a room can be opened with, as `GET /api/packs` lists it. */
export interface Pack {
  readonly id: string;
  readonly title: string;
  readonly language?: string;
  readonly description?: string;
  readonly author?: string;
  readonly questions: number;
  readonly kinds: readonly string[];
}
