// The types of what clients and server say to each other. Made by `make types` from the server's own types.
// It is not to be edited: src/wire.ts is where the site says what of it it uses, and how.

/** JSON of any shape. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Bytes, as a client's runtime hands them over. */
export type Bytes = ArrayBuffer | Uint8Array;

/** What is of a tick: a step of a room, by its number. */
export interface Ticked {
  readonly tick: number;
}

/** A game as its types: `Quiz`, `Arena`, or one of your own. */
export interface AnyGame {
  /** What it is opened with. */
  readonly options: object;
  /** What a seat may ask it for. */
  readonly input: object;
  /** What a group may know. */
  readonly state: object;
  /** What one seat alone may know. */
  readonly you: object | null;
  /** Its one-shot things. */
  readonly event: object;
  /** What the whole of it came to. */
  readonly summary: object;
}

/** A stable code of a refusal, as docs/events.md explains it. */
export type RefusalCode =
  | "already_answered"
  | "already_seated"
  | "bad_answer"
  | "bad_input"
  | "bad_key"
  | "bad_number"
  | "bad_options"
  | "bad_pack"
  | "bad_request"
  | "bad_time"
  | "busy"
  | "chat_empty"
  | "chat_too_long"
  | "kicked"
  | "locked"
  | "name_empty"
  | "name_invalid"
  | "name_taken"
  | "name_too_long"
  | "no_host"
  | "no_summary"
  | "not_host"
  | "not_paused"
  | "not_player"
  | "not_seated"
  | "paused"
  | "quiz_over"
  | "rate_limited"
  | "room_ended"
  | "room_failed"
  | "room_full"
  | "server_full"
  | "shutting_down"
  | "too_early"
  | "too_late"
  | "too_many_attempts"
  | "too_many_rooms"
  | "unknown_event"
  | "unknown_game"
  | "unknown_pack"
  | "unknown_room"
  | "unknown_seat"
  | "unknown_token"
  | "wrong_phase"
  | "wrong_question";

/** A quiz, as its types. */
export interface Quiz {
  readonly options: QuizOptions;
  readonly input: QuizInput;
  readonly state: RoomState;
  readonly you: You;
  readonly event: never;
  readonly summary: QuizSummary;
}

/** An arena, as its types. */
export interface Arena {
  readonly options: ArenaOptions;
  readonly input: ArenaInput;
  readonly state: ArenaState;
  readonly you: ArenaYou;
  readonly event: never;
  readonly summary: never;
}

/** What a client asks for, by event: what it says, and what it gets unless that is a `Refused`. */
export interface Requests<G extends AnyGame> {
  readonly create: { readonly say: Create<G>; readonly get: Seated<G> };
  readonly join: { readonly say: Join<G>; readonly get: Seated<G> };
  readonly resume: { readonly say: Resume; readonly get: Seated<G> };
  readonly leave: { readonly say: Readonly<Record<string, never>>; readonly get: Done };
  readonly input: { readonly say: G["input"]; readonly get: Applied };
  readonly clock: { readonly say: Clock; readonly get: Time };
  readonly rooms: { readonly say: Rooms; readonly get: RoomList };
  readonly chat: { readonly say: Chat; readonly get: Done };
  readonly links: { readonly say: Links; readonly get: LinksTold };
  readonly remote: { readonly say: Remote; readonly get: RemoteKey };
  readonly summary: { readonly say: Readonly<Record<string, never>>; readonly get: SummaryTold<G> };
}

/** What the server says unasked in the default namespace, by event. */
export interface Broadcasts<G extends AnyGame> {
  readonly snapshot: Snapshot<G>;
  readonly delta: Delta;
  readonly packed: Bytes;
  readonly you: G["you"] & Ticked;
  readonly score: Score;
  readonly timer: Timer;
  readonly players: Players;
  readonly event: G["event"] & Ticked;
  readonly chat: ChatLine;
  readonly closed: Closed;
}

/** What the server says in the namespace `/lobby`, by event. */
export interface LobbyBroadcasts {
  readonly rooms: Lobby;
}

/** What the server answers over plain HTTP, by path; or a `Denied`. */
export interface Pages {
  readonly "/api/games": GameList;
  readonly "/api/packs": PackList;
  readonly "/api/packs/{id}": WholePack;
}

/** What a quiz is opened with. */
export interface QuizOptions {
  /** The name of the pack to play. */
  readonly pack: string;
  /** Whether reveals and leaderboards end by themselves. */
  readonly autoAdvance?: boolean;
  /** What is put in another order for this room. */
  readonly shuffle?: Shuffle;
}

/** What is put in another order for each room. */
export type Shuffle = "none" | "questions" | "choices" | "both";

/** What a seat may ask for. Every variant but `answer` is the host's. */
export type QuizInput =
  | {
      readonly type: "answer";
      /** Which question is answered, from 0. */
      readonly index: number;
      /** The id of the chosen choice, for every kind but `multiple`. */
      readonly choice?: number;
      /** The ids of the chosen choices, for `multiple`. */
      readonly choices?: readonly number[];
    }
  | { readonly type: "start" }
  | { readonly type: "next" }
  | { readonly type: "skip" }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  | { readonly type: "extend"; readonly ms: number }
  | { readonly type: "lock"; readonly locked: boolean }
  | { readonly type: "kick"; readonly seat: SeatId }
  | { readonly type: "end" };

/**
 * A player's place in a room. It outlives a dropped socket, is never used again in its room, and may be
 * shown to anyone.
 */
export type SeatId = number;

/** What an arena is opened with. */
export interface ArenaOptions {
  /** Steps a second, 1 to 128. Cost: each step is a frame to everybody. */
  readonly hz?: number;
  /** The board's side, 10 to 100,000. */
  readonly size?: number;
  /**
   * How many players it seats, 1 to 100,000. Cost: about 150 bytes each, and 40 bytes of view to
   * everybody each unless `visible` bounds it. Attack: a room whose every frame is megabytes; the
   * runtime's own limit stops it.
   */
  readonly seats?: number;
  /** How many coins lie on it, 0 to 1,000. Cost: 30 bytes of view to everybody each. */
  readonly coins?: number;
  /** If given, a view holds only that many players, the best by score. */
  readonly visible?: number;
}

/** What a seat may ask for. */
export interface ArenaInput {
  readonly type: "move";
  readonly seq?: number;
  readonly dx: number;
  readonly dy: number;
}

/** `create`: a room of this game, with oneself in it. */
export interface Create<G extends AnyGame> {
  readonly game: string;
  readonly options?: G["options"];
  readonly role?: Role;
  readonly name?: string;
  readonly avatar?: number;
  readonly private?: boolean;
  readonly sync?: SyncBy;
  readonly key?: string;
}

/** What a viewer is in a room. */
export type Role = "host" | "player" | "spectator";

/** How a viewer wants to be told of state: `sync` on the wire. */
export type SyncBy = "snapshot" | "delta" | "packed";

/** `join`: a seat in the room of this code, or in any room of this game. */
export interface Join<G extends AnyGame> {
  readonly room?: string;
  readonly game?: string;
  readonly options?: G["options"];
  readonly role?: Role;
  readonly name?: string;
  readonly avatar?: number;
  readonly sync?: SyncBy;
  readonly key?: string;
}

/** `resume`: the seat of this token. */
export interface Resume {
  readonly token: string;
  readonly sync?: SyncBy;
}

/** `clock`: the server's time. */
export interface Clock {
  /** The client's time, given back as it came. */
  readonly t0: number;
}

/** `rooms`: the public ones, of this game. */
export interface Rooms {
  readonly game?: string;
}

/** `chat`: words for everyone in the room. */
export interface Chat {
  readonly text: string;
}

/** `links`: how the players of these seats are connected. */
export interface Links {
  readonly seats: readonly SeatId[];
}

/** `remote`: a key for the host's other devices. */
export interface Remote {
  /** Rather no key at all. */
  readonly revoke?: boolean;
}

/** What a quiz came to. */
export interface QuizSummary {
  /** How many players there are at the end. */
  readonly players: number;
  /** How many answers were given, to all questions together. */
  readonly answered: number;
  /** How many of them were right. */
  readonly right: number;
  /** The place in `questions` of the one whose answers were the least right, where one stands out. */
  readonly hardest?: number;
  /** The place in `questions` of the one that was answered the fastest, where one stands out. */
  readonly fastest?: number;
  /** Those whose answer was revealed, as they were asked. */
  readonly questions: readonly PlayedQuestion[];
  /** The first 1,000 of the standings. */
  readonly results: readonly PlayerResult[];
}

/** A question that was asked, and how it was answered. */
export interface PlayedQuestion {
  /** How it is answered. */
  readonly kind: QuestionKind;
  /** What was asked. */
  readonly text: string;
  /** What could be chosen, each in the place that is its id. */
  readonly choices: readonly PlayedChoice[];
  /** How many could answer. */
  readonly players: number;
  /** How many did. */
  readonly answered: number;
  /** How many of them were right. */
  readonly right: number;
  /** How many of them were right in part. */
  readonly partly: number;
  /** Where a part of the answer earns a part of the points: how right the answers were on average, 0 to 1. */
  readonly worth?: number;
  /** The median of how long an answer took, pauses left out. */
  readonly medianMs?: number;
}

/** How a question is answered. */
export type QuestionKind = "single" | "multiple" | "truefalse";

/** A choice, and how often it was taken. */
export interface PlayedChoice {
  /** Its words. */
  readonly text: string;
  /** Whether it is right. */
  readonly correct: boolean;
  /** How many took it. */
  readonly count: number;
}

/** What a player came to. */
export interface PlayerResult {
  /** Whose. */
  readonly seat: SeatId;
  /** The name. */
  readonly name: string;
  /** Points in all. */
  readonly score: number;
  /** 1 is first; equal scores share a rank. */
  readonly rank: number;
  /** The points for each question; `null` where this player gave no answer. */
  readonly gains: readonly (number | null)[];
}

/** What a group may know: players, or hosts and spectators. */
export interface RoomState {
  /** Where it stands. */
  readonly phase: Phase;
  /** Which question it is about, from 0; in the lobby 0, at the podium the last one asked. */
  readonly index: number;
  /** How many questions there are. */
  readonly total: number;
  /** The pack's title. */
  readonly title: string;
  /** The pack's language, for whoever reads its words aloud. */
  readonly language?: string;
  /** From the question's opening on. */
  readonly question?: Question;
  /** How many have answered. Coalesced. */
  readonly answered: number;
  /** How many players there are. Coalesced. */
  readonly players: number;
  /** Whether no more players are let in. */
  readonly locked: boolean;
  /** Whether the phase's time is stopped. */
  readonly paused: boolean;
  /** From the reveal on. */
  readonly reveal?: Reveal;
  /** At the leaderboard and the podium: the first 10. */
  readonly leaderboard?: readonly Standing[];
  /** At the podium while its places are being shown: how many are, from the last one up. */
  readonly unveiled?: number;
  /** For hosts and spectators: the players who joined last. Coalesced. */
  readonly roster?: Readonly<Record<string, RosterEntry>>;
  /** For them: whether reveals and leaderboards end by themselves. */
  readonly autoAdvance?: boolean;
}

/** Where a quiz stands, as it is told. */
export type Phase = "lobby" | "countdown" | "question" | "reveal" | "leaderboard" | "podium";

/** A question without its key, as it is shown. */
export interface Question {
  /** How it is answered. */
  readonly kind: QuestionKind;
  /** What is asked. */
  readonly text: string;
  /** What may be chosen. */
  readonly choices: readonly Choice[];
  /** How long it may be answered. */
  readonly timeMs: number;
  /** What an immediate right answer is worth. */
  readonly points: number;
  /** What is shown or played with it. */
  readonly media?: Media;
}

/** What may be chosen. */
export interface Choice {
  /** Its number within the question. */
  readonly id: number;
  /** Its words. */
  readonly text: string;
}

/** How a `Media` is written: what it is names the field that holds its address. */
export type Media =
  | { readonly image: string; readonly alt: string }
  | { readonly audio: string; readonly alt: string }
  | { readonly video: string; readonly alt: string };

/** The key of a question, as it is shown, and how the question was answered. */
export interface Reveal {
  /** The ids of the right choices. */
  readonly correct: readonly number[];
  /** How many took each choice, by its id. */
  readonly counts: Readonly<Record<string, number>>;
  /** Why that is right. */
  readonly explanation?: string;
}

/** A row of the leaderboard. */
export interface Standing {
  /** Whose. */
  readonly seat: SeatId;
  /** The name. */
  readonly name: string;
  /** Points in all. */
  readonly score: number;
  /** Points of the last round. */
  readonly gain: number;
  /** 1 is first; equal scores share a rank. */
  readonly rank: number;
}

/** A player in the roster. */
export interface RosterEntry {
  /** The name. */
  readonly name: string;
  /** Whether a socket is behind the seat. */
  readonly connected: boolean;
  /** Points of all revealed rounds. */
  readonly score: number;
}

/** What one player alone may know. */
export interface You {
  /** Whether the current question is answered. */
  readonly answered: boolean;
  /** With what, for every kind but `multiple`. */
  readonly choice?: number;
  /** With what, for `multiple`. */
  readonly choices?: readonly number[];
  /** Whether that was right. From the reveal on. */
  readonly correct?: boolean;
  /** Points of this round. From the reveal on. */
  readonly gain?: number;
  /** Points of all revealed rounds. */
  readonly score: number;
  /** Among all players at the last reveal. */
  readonly rank: number;
  /** Revealed rounds answered right in a row. */
  readonly streak: number;
  /** From the reveal on, for all but the first. */
  readonly ahead?: Ahead;
}

/** Who is just ahead of a player. */
export interface Ahead {
  /** The name. */
  readonly name: string;
  /** By how many points. */
  readonly by: number;
}

/** The board. */
export interface ArenaState {
  /** Players by seat. */
  readonly players: Readonly<Record<string, Seen>>;
  /** Coins by id. */
  readonly coins: Readonly<Record<string, Spot>>;
}

/** A player. */
export interface Seen {
  /** From the left, to a tenth. */
  readonly x: number;
  /** From the top, to a tenth. */
  readonly y: number;
  /** Coins picked up. */
  readonly score: number;
}

/** A coin. */
export interface Spot {
  /** From the left. */
  readonly x: number;
  /** From the top. */
  readonly y: number;
}

/** What one player alone may know. */
export interface ArenaYou {
  /** The last input applied. */
  readonly seq: number;
}

/** A seat that was taken, and all that its viewer needs to begin. */
export interface Seated<G extends AnyGame> {
  readonly ok: true;
  /** The room's code. */
  readonly room: string;
  /** The game's name. */
  readonly game: string;
  readonly seat: SeatId;
  /** The seat's secret: it leads back to the seat. */
  readonly token: string;
  readonly role: Role;
  /** If one was chosen. */
  readonly avatar?: number;
  /** The room's steps a second. */
  readonly hz: number;
  /** Those of the options which the room was opened with that everybody in it may know. */
  readonly options?: Partial<G["options"]>;
  /** The tick of `state`. */
  readonly tick: number;
  /** The server's time, in milliseconds since the Unix epoch. */
  readonly time: number;
  readonly state: G["state"];
  /** `null` if this seat has no private view. */
  readonly you: G["you"] | null;
}

/** It was done, and there is no more to say. */
export interface Done {
  readonly ok: true;
}

/** An input was applied. */
export interface Applied {
  readonly ok: true;
  /** In this tick. */
  readonly tick: number;
}

/** The client's time as it came, and the server's. */
export interface Time {
  readonly ok: true;
  readonly t0: number;
  readonly t1: number;
}

/** The public rooms. */
export interface RoomList {
  readonly ok: true;
  readonly rooms: readonly Listing[];
}

/** A public room. */
export interface Listing {
  /** Its code. */
  readonly room: string;
  /** Its game's name. */
  readonly game: string;
  readonly players: number;
  /** How many it seats. */
  readonly capacity: number;
  readonly phase: string;
}

/** How the players are connected that were asked about. */
export interface LinksTold {
  readonly ok: true;
  readonly links: readonly LinkTold[];
}

/** How a player is connected. */
export interface LinkTold {
  readonly seat: SeatId;
  /** What carries them: "websocket" or "polling", and "away" while nothing does. */
  readonly link: string;
  /** A round trip in milliseconds, once it was measured. */
  readonly rtt?: number;
}

/** The key by which remotes are let in; none once it was taken back. */
export interface RemoteKey {
  readonly ok: true;
  readonly key?: string;
}

/** What the game came to. */
export interface SummaryTold<G extends AnyGame> {
  readonly ok: true;
  readonly summary: G["summary"];
}

/** A group's whole view. */
export interface Snapshot<G extends AnyGame> {
  readonly tick: number;
  /** When that was, in milliseconds since the Unix epoch on the server's clock. */
  readonly t: number;
  readonly state: G["state"];
}

/** What turns the view of tick `base` into that of `tick`. */
export interface Delta {
  readonly tick: number;
  readonly base: number;
  /** When that was, in milliseconds since the Unix epoch on the server's clock. */
  readonly t: number;
  /** An RFC 7396 merge patch. */
  readonly patch: Json;
}

/** The top of the standings. */
export interface Score {
  readonly tick: number;
  readonly scores: readonly ScoreRow[];
  /** How many there are in all. */
  readonly total: number;
}

/** A row of the standings. */
export interface ScoreRow {
  readonly seat: SeatId;
  readonly name: string;
  /** Points in all. */
  readonly score: number;
  /** Points of the last round. */
  readonly gain: number;
  /** 1 is first; equal scores share a rank. */
  readonly rank: number;
  /** If one was chosen. */
  readonly avatar?: number;
}

/** A phase's time: it ends at `endsAt` on the server's clock, or stands with `leftMs` to go. */
export interface Timer {
  readonly tick: number;
  readonly phase: string;
  readonly endsAt?: number;
  readonly leftMs?: number;
  readonly running: boolean;
}

/** How many players there are, and, for those who may know, who came and went. */
export interface Players {
  readonly tick: number;
  readonly count: number;
  readonly joined?: readonly Newcomer[];
  readonly left?: readonly Person[];
}

/** Somebody who came. */
export interface Newcomer {
  readonly seat: SeatId;
  readonly name: string;
  /** If one was chosen. */
  readonly avatar?: number;
}

/** Somebody who went. */
export interface Person {
  readonly seat: SeatId;
  readonly name: string;
}

/** Somebody's words. */
export interface ChatLine {
  readonly seat: SeatId;
  readonly name: string;
  readonly text: string;
  readonly t: number;
}

/** The room is over for this client. */
export interface Closed {
  readonly reason: CloseReason;
  /** Words a person can read. */
  readonly message: string;
}

/** Why a room, or a viewer's seat in it, ended; a normal end is one of them. */
export type CloseReason = "ended" | "kicked" | "replaced" | "idle" | "failed" | "shutdown";

/** The public rooms, as `/lobby` pushes them. */
export interface Lobby {
  readonly rooms: readonly Listing[];
}

/** `GET /api/games`. */
export interface GameList {
  readonly games: readonly Game[];
}

/** A game of the catalog. */
export interface Game {
  /** Its name on the wire. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** Whether a room of it needs a host, who must show the host key. */
  readonly hosted: boolean;
  /** Whether quick match may choose its rooms. */
  readonly quickMatch: boolean;
  /** How many players a room of it seats, if the game says so. */
  readonly seats?: Seats;
  /** What it may be opened with. */
  readonly options: readonly GameOption[];
}

/** How many players a room seats. The runtime's own limit may be lower. */
export interface Seats {
  /** Unless the options say otherwise. */
  readonly default: number;
  /** Whatever they say. */
  readonly most: number;
}

/** One of the options that a game may be opened with. */
export type GameOption = { readonly name: string } & (
  | { readonly kind: "number"; readonly least: number; readonly most: number; readonly default?: number }
  | { readonly kind: "flag"; readonly default: boolean }
  | { readonly kind: "word"; readonly words: readonly string[] }
  | { readonly kind: "document"; readonly document: string }
);

/** `GET /api/packs`. */
export interface PackList {
  readonly packs: readonly Pack[];
}

/** A quiz that a room can be opened with. */
export interface Pack {
  /** Its name in `options`. */
  readonly id: string;
  readonly title: string;
  readonly language?: string;
  readonly description?: string;
  readonly author?: string;
  /** How many. */
  readonly questions: number;
  /** Of which kinds. */
  readonly kinds: readonly QuestionKind[];
}

/** All of a pack, with its right answers. */
export interface WholePack {
  /** What it is called. */
  readonly title: string;
  /** The language of its questions, as a BCP 47 tag: `"en"`, `"pt-BR"`. */
  readonly language?: string;
  /** What it is about. */
  readonly description?: string;
  /** Who wrote it. */
  readonly author?: string;
  /** What is asked, in order. At least one. */
  readonly questions: readonly PackQuestion[];
}

/** One question of a valid pack. */
export interface PackQuestion {
  /** How it is answered. */
  readonly kind: QuestionKind;
  /** What is asked. */
  readonly text: string;
  /**
   * What may be chosen: at least two, no two alike. For `truefalse` the words for true and for false, in
   * this order; `True` and `False` if the pack gave none.
   */
  readonly choices: readonly string[];
  /**
   * Which choices are right, as indices in ascending order. At least one; exactly one for every kind but
   * `multiple`.
   */
  readonly correct: readonly number[];
  /** How long it may be answered, in milliseconds; it is not said where it is the usual time. */
  readonly timeMs?: number;
  /** What an immediate right answer is worth; it is not said where it is the usual worth. */
  readonly points?: number;
  /** What a partly right answer is worth: `all`, which is not said, for every kind but `multiple`. */
  readonly credit?: Credit;
  /** What is shown or played with it. */
  readonly media?: Media;
  /** Why the right answer is right, shown with it. */
  readonly explanation?: string;
}

/** What an answer to a `multiple` question earns when only a part of it is right. */
export type Credit = "all" | "partial";

/** A no. */
export interface Refused {
  readonly ok: false;
  /** Stable. */
  readonly code: RefusalCode;
  /** Words a person can read. */
  readonly message: string;
}

/** A no over plain HTTP. */
export interface Denied {
  /** Stable. */
  readonly code: RefusalCode;
  /** Words a person can read. */
  readonly message: string;
}

/** What is heard of a server in a game's room, for `Socket` of socket.io-client. */
export type ServerEvents<G extends AnyGame> = {
  [E in keyof Broadcasts<G>]: (said: Broadcasts<G>[E]) => void;
};

/** What is asked of it, for the same. */
export type ClientEvents<G extends AnyGame> = {
  [E in keyof Requests<G>]: (
    say: Requests<G>[E]["say"],
    answer?: (got: Requests<G>[E]["get"] | Refused) => void,
  ) => void;
};

/** What is heard in the namespace `/lobby`, for the same. */
export type LobbyEvents = { [E in keyof LobbyBroadcasts]: (said: LobbyBroadcasts[E]) => void };
