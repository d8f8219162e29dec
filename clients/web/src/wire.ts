// What of the contract this site speaks with a quiz: the server's own types, as src/contract/ has them from Rust, and what is
// asked of a server here among all that may be. No behaviour: reading and applying is src/state/, carrying is src/net/.
import type {
  Applied,
  Broadcasts as AllBroadcasts,
  Choice,
  Create,
  Join as AnyJoin,
  Quiz,
  QuizInput,
  QuizOptions,
  RefusalCode,
  Refused as ServerRefused,
  Requests as AllRequests,
  Resume as AnyResume,
  Seated as AnySeated,
  Snapshot as AnySnapshot,
} from "./contract/types.gen.ts";

export type {
  Choice,
  Closed,
  CloseReason,
  Delta,
  Json,
  LinkTold,
  Media,
  Newcomer,
  Pack,
  Phase,
  PlayedQuestion,
  Players,
  Question,
  QuizSummary,
  Reveal,
  Role,
  RoomState,
  RosterEntry,
  Score,
  SeatId,
  Standing,
  Timer,
  WholePack,
  You,
} from "./contract/types.gen.ts";

/** A choice's number within its question. */
export type ChoiceId = Choice["id"];

export type Snapshot = AnySnapshot<Quiz>;
export type Seated = AnySeated<Quiz>;

/** What a seat alone knows, at a tick. */
export type Private = AllBroadcasts<Quiz>["you"];

/** What the server sends unasked and this site listens to, by event. */
export type Broadcasts = Pick<
  AllBroadcasts<Quiz>,
  "snapshot" | "delta" | "you" | "timer" | "players" | "score" | "closed"
>;

/** A no: the server's, or one that was made here because nothing could be asked. */
export interface Refused extends Omit<ServerRefused, "code"> {
  readonly code: RefusalCode | "offline" | "no_answer" | "unknown";
}

/** What a request comes to. `T` is what the server says to it with `ok: true`. */
export type Ack<T> = T | Refused;

/** This site follows a room by deltas. */
export interface Sync {
  readonly sync: "delta";
}

export interface CreateQuiz extends Create<Quiz>, Sync {
  readonly game: "quiz";
  readonly options: QuizOptions;
  readonly role: "host";
  readonly key: string;
  readonly sync: "delta";
}

export interface Join extends AnyJoin<Quiz>, Sync {
  readonly room: string;
  readonly sync: "delta";
}

export interface Resume extends AnyResume, Sync {
  readonly sync: "delta";
}

export type AnswerInput = Extract<QuizInput, { type: "answer" }>;
export type HostInput = Exclude<QuizInput, AnswerInput>;

/** What this site asks of the server, by event: what it says, and what an ok brings. */
export interface Requests extends Pick<
  AllRequests<Quiz>,
  "remote" | "links" | "summary" | "leave" | "clock"
> {
  readonly create: { readonly say: CreateQuiz; readonly get: Seated };
  readonly join: { readonly say: Join; readonly get: Seated };
  readonly resume: { readonly say: Resume; readonly get: Seated };
  readonly input: { readonly say: AnswerInput | HostInput; readonly get: Applied };
}
