// A tab's place in a room of any game, from taking it to losing it: joins the link, the kept token and the server's clock.
// It knows neither what a game shows nor what it is told; that is of those who extend it.
import type { Link } from "../net/link.ts";
import type { Offset } from "../state/clock.ts";
import { type Fault, fault } from "../state/fault.ts";
import type { Ack, Closed, Requests, Resume } from "../wire.ts";
import { followClock, steadyNow } from "./clock.ts";
import type { Keep, KeptSeat } from "./keep.ts";

/**
 * `out`: no seat. `entering`: one was asked for. `resuming`: there is one, and the way back to it is being sought.
 * `in`: all is well. `closed`: the server took it away, for a reason.
 */
export type Standing = "out" | "entering" | "resuming" | "in" | "closed";

/** How long after something failed for lack of an answer it is tried again. */
export const RETRY_MS = 1_500;

/** Refusals that say nothing of what was asked for: it may be granted another time. */
const PASSING = new Set([
  "offline",
  "no_answer",
  "rate_limited",
  "too_many_attempts",
  "busy",
  "shutting_down",
]);

export const isPassing = (code: string): boolean => PASSING.has(code);

/** What of a seat that was taken has to be kept to take it again. */
interface Taken {
  readonly ok: true;
  readonly room: string;
  readonly token: string;
}

/** What every game is asked alike. */
interface Asked<T> {
  resume: { say: Resume; get: T };
  leave: Requests["leave"];
  clock: Requests["clock"];
}

/** A connection to a game of which no more is asked than that. */
type Line<T> = Pick<Link<Asked<T>>, "isUp" | "open" | "close" | "reopen" | "request">;

/** A seat of which `T` is what the server tells on its being taken, and `V` what is made of that and of all told since. */
export abstract class Seat<T extends Taken, V> {
  standing = $state.raw<Standing>("out");
  online = $state.raw(false);
  name = $state.raw<string>();
  fault = $state.raw<Fault>();
  closed = $state.raw<Closed>();
  #offset = $state.raw<Offset>();

  readonly #link: Line<T>;
  readonly #keep: Keep<KeptSeat>;
  readonly #now: () => number;
  /** Ends the listening, once it has begun. */
  protected unbind: () => void = () => undefined;
  #stopClock: () => void = () => undefined;
  /** The seat that is being asked for. A seat that comes after it was given up is nobody's. */
  #asking: Promise<Ack<T>> | undefined;
  #leaving: Promise<unknown> = Promise.resolve();
  #resyncing = false;
  /** What was said after the seat was taken but before its acknowledgement was read: one payload may hold both. */
  #early: ((view: V) => V)[] = [];

  protected constructor(link: Line<T>, keep: Keep<KeptSeat>, now: () => number = steadyNow) {
    this.#link = link;
    this.#keep = keep;
    this.#now = now;
    const kept = keep.read();
    this.name = kept?.name;
    if (kept !== undefined) this.standing = "resuming";
  }

  /** What is known of the room; whoever sets it shows it. */
  protected abstract view: V | undefined;

  /** The view as the server tells of it to who takes the seat, for the first time or once more. */
  protected abstract seated(told: T, before: V | undefined): V;

  /** The seat is there, for the first time or once more: what waited for it can be done. */
  protected afterSeated(): void {
    // Most have nothing that waits.
  }

  /** The connection is gone, and what was on its way with it. */
  protected afterDown(): void {
    // The view stays as it is: the server will tell it anew.
  }

  /** The server took the seat away. */
  protected afterClosed(): void {
    // The last view stays, to be looked at.
  }

  /** The way back to the seat. */
  protected askAgain(kept: KeptSeat): Promise<Ack<T>> {
    return this.#byToken(kept);
  }

  /** What every seat hears of its connection; to be listened to with what its game says. */
  protected hearing(): { up: () => void; down: () => void; closed: (said: Closed) => void } {
    return {
      up: () => {
        this.#up();
      },
      down: () => {
        this.#down();
      },
      closed: (said) => {
        this.#close(said);
      },
    };
  }

  /** Connects; a tab with a kept seat takes it again. */
  start(): void {
    this.#link.open();
  }

  stop(): void {
    this.unbind();
    this.#stopClock();
    this.#link.close();
  }

  /** The server's time, as well as it can be told from here. */
  serverNow(): number {
    return this.#now() + (this.#offset?.aheadMs ?? 0);
  }

  /** Gives up the seat, or the wish for one, and returns to where one is asked for. */
  leave(): void {
    if (this.standing === "in" && this.#link.isUp()) this.#leaving = this.#link.request("leave", {});
    else if (this.#asking !== undefined) this.#leaving = this.#giveBack(this.#asking);
    this.#out();
  }

  /** Takes the seat back from another tab that took it over. */
  async takeBack(): Promise<void> {
    this.closed = undefined;
    this.standing = "resuming";
    this.#link.open();
    if (this.#link.isUp()) await this.#resume();
  }

  /** Finds out whether the connection still lives, after the page was hidden or asleep; makes another at once if not. */
  async probe(): Promise<void> {
    if (this.standing === "resuming" && !this.#link.isUp()) this.#link.reopen();
    if (this.standing !== "in") return;
    const ack = await this.#link.request("clock", { t0: this.#now() });
    if (!ack.ok) this.#link.reopen();
  }

  /** Asks for a seat, in one way or another. */
  protected async enter(ask: () => Promise<Ack<T>>, name?: string): Promise<boolean> {
    if (this.standing === "entering") return false;
    this.standing = "entering";
    this.fault = undefined;
    this.closed = undefined;
    this.#link.open();
    const ack = await this.#ask(async () => {
      // A connection holds one seat at a time, and what is said until it is free is of the seat before.
      await this.#leaving;
      this.#early = [];
      return ask();
    });
    if (ack === undefined) return false;
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

  /** What is to come of the view, by something that was said. */
  protected change(next: (view: V) => V): void {
    if (this.view !== undefined && this.standing === "in") {
      this.view = next(this.view);
    } else if (this.standing === "entering" || this.standing === "resuming") {
      this.#early.push(next);
    }
  }

  /** The same by something that may not fit what is known; then the whole view is asked for anew. */
  protected changeIfFit(next: (view: V) => V | "stale"): void {
    this.change((view) => {
      const changed = next(view);
      if (changed !== "stale") return changed;
      void this.#resync();
      return view;
    });
  }

  /** The answer, if it is still waited for by then. */
  async #ask(ask: () => Promise<Ack<T>>): Promise<Ack<T> | undefined> {
    const asking = ask();
    this.#asking = asking;
    const ack = await asking;
    if (this.#asking !== asking) return undefined;
    this.#asking = undefined;
    return ack;
  }

  /** Leaves a seat that nobody waits for any more, should it be taken yet. */
  async #giveBack(asking: Promise<Ack<T>>): Promise<void> {
    const ack = await asking;
    if (ack.ok && this.#link.isUp()) await this.#link.request("leave", {});
  }

  #seat(ack: T): void {
    this.#keep.write({
      room: ack.room,
      token: ack.token,
      ...(this.name === undefined ? {} : { name: this.name }),
    });
    this.view = this.seated(ack, this.view);
    this.standing = "in";
    for (const next of this.#early.splice(0)) this.change(next);
    this.afterSeated();
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
    this.afterDown();
    if (this.standing === "in") this.standing = "resuming";
  }

  async #resume(): Promise<void> {
    const kept = this.#keep.read();
    if (kept === undefined) {
      this.#out();
      return;
    }
    const ack = await this.#ask(() => this.askAgain(kept));
    if (ack === undefined || this.standing !== "resuming") return;
    if (ack.ok) {
      this.#seat(ack);
      this.#followClock();
    } else if (isPassing(ack.code)) {
      setTimeout(() => {
        if (this.standing === "resuming" && this.#link.isUp()) void this.#resume();
      }, RETRY_MS);
    } else {
      this.#out();
      this.fault = fault(ack);
    }
  }

  #out(): void {
    this.#keep.forget();
    this.#stopClock();
    this.#asking = undefined;
    this.#early = [];
    this.view = undefined;
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
    this.#stopClock();
    if (closed.reason !== "replaced") this.#keep.forget();
    this.afterClosed();
    this.#link.close();
  }

  /**
   * Asks for the whole view anew, once at a time: deltas that come meanwhile can't be applied. A server that gives
   * none to a seat that is already here gives one to the next connection.
   */
  async #resync(): Promise<void> {
    const kept = this.#keep.read();
    if (this.#resyncing || kept === undefined) return;
    this.#resyncing = true;
    const ack = await this.#byToken(kept);
    this.#resyncing = false;
    if (this.standing !== "in") return;
    if (ack.ok) this.#seat(ack);
    else this.#link.reopen();
  }

  #byToken({ token }: KeptSeat): Promise<Ack<T>> {
    return this.#link.request("resume", { token, sync: "delta" });
  }

  #followClock(): void {
    this.#stopClock();
    this.#stopClock = followClock(this.#link, this.#now, (offset) => {
      this.#offset = offset;
    });
  }
}
