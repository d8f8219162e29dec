// A tab's place in a room, from taking it to losing it: joins the link, the kept token and the rules of src/state/.
// It shows nothing; the screens read its fields.
import type { Link } from "../net/link.ts";
import { answered, inputFor, type Pending, stillPending } from "../state/answer.ts";
import type { Offset } from "../state/clock.ts";
import { type Fault, fault } from "../state/fault.ts";
import { onDelta, onPlayers, onScore, onSnapshot, onTimer, onYou, type Room, seated } from "../state/room.ts";
import type { Ack, ChoiceId, Closed, CreateQuiz, Delta, HostInput, Join, Requests, Seated } from "../wire.ts";
import { followClock, steadyNow } from "./clock.ts";
import type { Keep, KeptSeat } from "./keep.ts";

/**
 * `out`: no seat. `entering`: one was asked for. `resuming`: there is one, and the way back to it is being sought.
 * `in`: all is well. `closed`: the server took it away, for a reason.
 */
export type Standing = "out" | "entering" | "resuming" | "in" | "closed";

/** How long after a resume failed for lack of an answer the next one is tried. */
const RETRY_MS = 1_500;

/** Refusals of a resume that say nothing about the seat: it may still be there. */
const PASSING = new Set([
  "offline",
  "no_answer",
  "rate_limited",
  "too_many_attempts",
  "busy",
  "shutting_down",
]);

export interface Ways {
  /** Our clock, in milliseconds since the epoch. */
  readonly now?: () => number;
  /** Another way into a room whose token is no longer good: a host's key. */
  readonly rejoin?: (room: string) => Join | undefined;
}

export class Session {
  standing = $state.raw<Standing>("out");
  online = $state.raw(false);
  room = $state.raw<Room>();
  name = $state.raw<string>();
  fault = $state.raw<Fault>();
  closed = $state.raw<Closed>();
  pending = $state.raw<Pending>();
  #offset = $state.raw<Offset>();

  readonly #link: Link;
  readonly #keep: Keep<KeptSeat>;
  readonly #now: () => number;
  readonly #rejoin: Ways["rejoin"];
  readonly #unbind: () => void;
  #stopClock: () => void = () => undefined;
  #leaving: Promise<unknown> = Promise.resolve();
  #resyncing = false;
  #sending = false;
  /** What was said after the seat was taken but before its acknowledgement was read: one payload may hold both. */
  #early: ((room: Room) => Room)[] = [];

  constructor(link: Link, keep: Keep<KeptSeat>, { now = steadyNow, rejoin }: Ways = {}) {
    this.#link = link;
    this.#keep = keep;
    this.#now = now;
    this.#rejoin = rejoin;
    this.#unbind = link.listen({
      up: () => {
        this.#up();
      },
      down: () => {
        this.#down();
      },
      snapshot: (said) => {
        this.#change((room) => onSnapshot(room, said));
      },
      delta: (said) => {
        this.#delta(said);
      },
      you: (said) => {
        this.#change((room) => onYou(room, said));
      },
      timer: (said) => {
        this.#change((room) => onTimer(room, said));
      },
      players: (said) => {
        this.#change((room) => onPlayers(room, said));
      },
      score: (said) => {
        this.#change((room) => onScore(room, said));
      },
      closed: (said) => {
        this.#close(said);
      },
    });
    const kept = keep.read();
    this.name = kept?.name;
    if (kept !== undefined) this.standing = "resuming";
  }

  /** Connects; a tab with a kept seat takes it again. */
  start(): void {
    this.#link.open();
  }

  stop(): void {
    this.#unbind();
    this.#stopClock();
    this.#link.close();
  }

  /** The server's time, as well as it can be told from here. */
  serverNow(): number {
    return this.#now() + (this.#offset?.aheadMs ?? 0);
  }

  /** This seat's answer to the present question, if it has given one. */
  get answer(): readonly ChoiceId[] | undefined {
    return this.room && answered(this.room, this.pending);
  }

  join(say: Join): Promise<boolean> {
    return this.#enter(() => this.#link.request("join", say), say.name);
  }

  create(say: CreateQuiz): Promise<boolean> {
    return this.#enter(() => this.#link.request("create", say));
  }

  /** Gives up the seat, if any, and returns to where one is asked for. */
  leave(): void {
    if (this.standing === "in" && this.#link.isUp()) this.#leaving = this.#link.request("leave", {});
    this.#out();
  }

  /** Takes the seat back from another tab that took it over. */
  async takeBack(): Promise<void> {
    this.closed = undefined;
    this.standing = "resuming";
    this.#link.open();
    if (this.#link.isUp()) await this.#resume();
  }

  /** Gives an answer, now or as soon as there is a connection. Only the first one of a question counts. */
  choose(choices: readonly ChoiceId[]): void {
    if (this.room === undefined || this.answer !== undefined) return;
    this.pending = { index: this.room.state.index, choices };
    this.fault = undefined;
    void this.#sendPending();
  }

  /** Works one of the host's controls. */
  async control(input: HostInput): Promise<boolean> {
    const ack = await this.#link.request("input", input);
    this.fault = ack.ok ? undefined : fault(ack);
    return ack.ok;
  }

  /** Asks for a key to a remote, or to have it taken back. */
  remote(say: Requests["remote"]["say"]): Promise<Ack<Requests["remote"]["get"]>> {
    return this.#link.request("remote", say);
  }

  /** Finds out whether the connection still lives, after the page was hidden or asleep; makes another at once if not. */
  async probe(): Promise<void> {
    if (this.standing === "resuming" && !this.#link.isUp()) this.#link.reopen();
    if (this.standing !== "in") return;
    const ack = await this.#link.request("clock", { t0: this.#now() });
    if (!ack.ok) this.#link.reopen();
  }

  async #enter(ask: () => Promise<Ack<Seated>>, name?: string): Promise<boolean> {
    if (this.standing === "entering") return false;
    this.standing = "entering";
    this.fault = undefined;
    this.closed = undefined;
    this.#link.open();
    // A connection holds one seat at a time.
    await this.#leaving;
    const ack = await ask();
    if (ack.ok) {
      this.name = name;
      this.#seat(ack);
      this.#followClock();
    } else {
      this.fault = fault(ack);
      this.standing = "out";
    }
    return ack.ok;
  }

  #seat(ack: Seated): void {
    this.#keep.write({
      room: ack.room,
      token: ack.token,
      ...(this.name === undefined ? {} : { name: this.name }),
    });
    this.room = seated(ack, this.room);
    this.standing = "in";
    for (const next of this.#early.splice(0)) this.#change(next);
    this.pending = stillPending(this.room, this.pending);
    void this.#sendPending();
  }

  #up(): void {
    this.online = true;
    if (this.standing === "in") this.standing = "resuming";
    if (this.standing === "resuming") void this.#resume();
  }

  #down(): void {
    this.#early = [];
    this.online = false;
    this.#stopClock();
    if (this.standing === "in") this.standing = "resuming";
  }

  async #resume(): Promise<void> {
    const kept = this.#keep.read();
    if (kept === undefined) {
      this.#out();
      return;
    }
    const ack = await this.#askForSeat(kept);
    if (this.standing !== "resuming") return;
    if (ack.ok) {
      this.#seat(ack);
      this.#followClock();
    } else if (PASSING.has(ack.code)) {
      setTimeout(() => {
        if (this.standing === "resuming" && this.#link.isUp()) void this.#resume();
      }, RETRY_MS);
    } else {
      this.#out();
      this.fault = fault(ack);
    }
  }

  async #askForSeat(kept: KeptSeat): Promise<Ack<Seated>> {
    const ack = await this.#link.request("resume", { token: kept.token, sync: "delta" });
    if (ack.ok || PASSING.has(ack.code)) return ack;
    const otherwise = this.#rejoin?.(kept.room);
    if (otherwise === undefined) return ack;
    const joined = await this.#link.request("join", otherwise);
    // Refused both ways, it is the seat that is gone; that no code was right is of no use to one who typed none.
    return joined.ok || PASSING.has(joined.code) ? joined : ack;
  }

  #out(): void {
    this.#keep.forget();
    this.#stopClock();
    this.#early = [];
    this.room = undefined;
    this.pending = undefined;
    this.closed = undefined;
    this.fault = undefined;
    this.standing = "out";
  }

  #close(closed: Closed): void {
    // One that comes while a seat is asked for is of the seat before.
    if (this.standing === "out" || this.standing === "entering" || this.standing === "closed") return;
    if (closed.reason === "shutdown") {
      this.standing = "resuming";
      return;
    }
    this.closed = closed;
    this.standing = "closed";
    this.pending = undefined;
    this.#stopClock();
    if (closed.reason !== "replaced") this.#keep.forget();
    this.#link.close();
  }

  #change(next: (room: Room) => Room): void {
    if (this.room !== undefined && this.standing === "in") {
      this.room = next(this.room);
      this.pending = stillPending(this.room, this.pending);
    } else if (this.standing === "entering" || this.standing === "resuming") {
      this.#early.push(next);
    }
  }

  #delta(said: Delta): void {
    this.#change((room) => {
      const next = onDelta(room, said);
      if (next !== "stale") return next;
      void this.#resync();
      return room;
    });
  }

  /**
   * Asks for the whole view anew, once at a time: deltas that come meanwhile can't be applied. A server that gives
   * none to a seat that is already here gives one to the next connection.
   */
  async #resync(): Promise<void> {
    const kept = this.#keep.read();
    if (this.#resyncing || kept === undefined) return;
    this.#resyncing = true;
    const ack = await this.#link.request("resume", { token: kept.token, sync: "delta" });
    this.#resyncing = false;
    if (this.standing !== "in") return;
    if (ack.ok) this.#seat(ack);
    else this.#link.reopen();
  }

  async #sendPending(): Promise<void> {
    if (this.#sending || !this.#link.isUp() || this.room === undefined || this.pending === undefined) return;
    const sent = this.pending;
    const input = inputFor(this.room, sent);
    if (input === undefined) return;
    this.#sending = true;
    const ack = await this.#link.request("input", input);
    this.#sending = false;
    if (ack.ok || this.pending !== sent) return;
    if (ack.code === "no_answer") {
      // A network may be gone without a word: then another connection takes the seat again, which sends this again.
      await this.probe();
      await this.#sendPending();
    } else if (PASSING.has(ack.code)) {
      setTimeout(() => void this.#sendPending(), RETRY_MS);
    } else if (ack.code !== "already_answered") {
      // One that is already there was this one, sent again: the private view says so too.
      this.pending = undefined;
      this.fault = fault(ack);
    }
  }

  #followClock(): void {
    this.#stopClock();
    this.#stopClock = followClock(this.#link, this.#now, (offset) => {
      this.#offset = offset;
    });
  }
}
