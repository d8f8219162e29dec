// A tab's place in an arena, from taking it to losing it: joins the link, the kept token and the rules of src/state/arena/.
// It shows nothing. What changes at every tick is not reactive: the board asks for it at every frame.
import type { ArenaBroadcasts, ArenaJoin, ArenaRequests, ArenaSeated } from "../arena-wire.ts";
import type { Link } from "../net/link.ts";
import { type Heading, same } from "../state/arena/rules.ts";
import { equal, type Row, rows } from "../state/arena/scores.ts";
import {
  bodies,
  type Body,
  cutOff,
  onDelta,
  onPlayers,
  onScore,
  onSnapshot,
  onYou,
  seated,
  steer,
  type World,
} from "../state/arena/world.ts";
import { wished } from "../state/arena/own.ts";
import type { Offset } from "../state/clock.ts";
import { type Fault, fault } from "../state/fault.ts";
import type { Ack, Closed, Delta } from "../wire.ts";
import { followClock, steadyNow } from "./clock.ts";
import type { Keep, KeptSeat } from "./keep.ts";

/** As in session.svelte.ts. */
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

/** No more than so many headings are told in a second: a dragged stick has more. */
const TELL_MS = 45;

export class ArenaSession {
  standing = $state.raw<Standing>("out");
  online = $state.raw(false);
  code = $state.raw<string>();
  name = $state.raw<string>();
  fault = $state.raw<Fault>();
  closed = $state.raw<Closed>();
  table = $state.raw<readonly Row[]>([]);
  players = $state.raw(0);

  readonly #link: Link<ArenaRequests, ArenaBroadcasts>;
  readonly #keep: Keep<KeptSeat>;
  readonly #now: () => number;
  readonly #unbind: () => void;
  #world: World | undefined;
  #offset: Offset | undefined;
  #stopClock: () => void = () => undefined;
  #leaving: Promise<unknown> = Promise.resolve();
  #toldAt = 0;
  #resyncing = false;
  /** What was said after the seat was taken but before its acknowledgement was read: one payload may hold both. */
  #early: ((world: World) => World)[] = [];

  constructor(
    link: Link<ArenaRequests, ArenaBroadcasts>,
    keep: Keep<KeptSeat>,
    now: () => number = steadyNow,
  ) {
    this.#link = link;
    this.#keep = keep;
    this.#now = now;
    this.#unbind = link.listen({
      up: () => {
        this.#up();
      },
      down: () => {
        this.#down();
      },
      snapshot: (said) => {
        this.#change((world) => onSnapshot(world, said, this.serverNow()));
      },
      delta: (said) => {
        this.#delta(said);
      },
      you: (said) => {
        this.#change((world) => onYou(world, said, this.serverNow()));
      },
      players: (said) => {
        this.#change((world) => onPlayers(world, said));
      },
      score: (said) => {
        this.#change((world) => onScore(world, said));
      },
      closed: (said) => {
        this.#close(said);
      },
    });
    const kept = keep.read();
    this.name = kept?.name;
    this.code = kept?.room;
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

  /** What is known of the room, if there is one. */
  get world(): World | undefined {
    return this.#world;
  }

  /** Everybody, as they are to be shown at this moment. */
  bodies(): readonly Body[] {
    return this.#world === undefined ? [] : bodies(this.#world, this.serverNow());
  }

  async join(say: ArenaJoin): Promise<boolean> {
    if (this.standing === "entering") return false;
    this.standing = "entering";
    this.fault = undefined;
    this.closed = undefined;
    this.#link.open();
    // A connection holds one seat at a time.
    await this.#leaving;
    const ack = await this.#link.request("join", say);
    if (ack.ok) {
      this.name = say.name;
      this.#seat(ack);
    } else {
      this.fault = fault(ack);
      this.standing = "out";
    }
    return ack.ok;
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

  /** Heads this way from now on. Called at every frame: only another heading than the last one is told, and not too often. */
  steer(wish: Heading): void {
    if (this.#world?.own === undefined || this.standing !== "in" || !this.#link.isUp()) return;
    const now = this.serverNow();
    if (same(wish, wished(this.#world.own)) || now - this.#toldAt < TELL_MS) return;
    this.#toldAt = now;
    this.#world = steer(this.#world, wish, now);
    const { seq } = this.#world.own ?? { seq: 0 };
    void this.#tell({ type: "move", seq, ...wish });
  }

  /** Finds out whether the connection still lives, after the page was hidden or asleep; makes another at once if not. */
  async probe(): Promise<void> {
    if (this.standing === "resuming" && !this.#link.isUp()) this.#link.reopen();
    if (this.standing !== "in") return;
    const ack = await this.#link.request("clock", { t0: this.#now() });
    if (!ack.ok) this.#link.reopen();
  }

  async #tell(move: ArenaRequests["input"]["say"]): Promise<void> {
    const ack = await this.#link.request("input", move);
    if (ack.ok || this.#world?.own === undefined) return;
    // A network may be gone without a word.
    if (ack.code === "no_answer") await this.probe();
    // It was not applied, so it is not walked; the next frame tells what is wished by then.
    else if (this.#world.own.seq === move.seq) this.#world = cutOff(this.#world);
  }

  #seat(ack: ArenaSeated): void {
    this.#keep.write({
      room: ack.room,
      token: ack.token,
      ...(this.name === undefined ? {} : { name: this.name }),
    });
    this.#world = seated(ack, this.#world);
    this.code = ack.room;
    this.standing = "in";
    for (const next of this.#early.splice(0)) this.#world = next(this.#world);
    this.#list();
    this.#stopClock();
    this.#stopClock = followClock(this.#link, this.#now, (offset) => {
      this.#offset = offset;
    });
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
    if (this.#world !== undefined) this.#world = cutOff(this.#world);
    if (this.standing === "in") this.standing = "resuming";
  }

  async #resume(): Promise<void> {
    const kept = this.#keep.read();
    if (kept === undefined) {
      this.#out();
      return;
    }
    const ack = await this.#askForSeat(kept.token);
    if (this.standing !== "resuming") return;
    if (ack.ok) {
      this.#seat(ack);
    } else if (PASSING.has(ack.code)) {
      setTimeout(() => {
        if (this.standing === "resuming" && this.#link.isUp()) void this.#resume();
      }, RETRY_MS);
    } else {
      this.#out();
      this.fault = fault(ack);
    }
  }

  #askForSeat(token: string): Promise<Ack<ArenaSeated>> {
    return this.#link.request("resume", { token, sync: "delta" });
  }

  #out(): void {
    this.#keep.forget();
    this.#stopClock();
    this.#early = [];
    this.#world = undefined;
    this.code = undefined;
    this.table = [];
    this.players = 0;
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
    this.#link.close();
  }

  #change(next: (world: World) => World): void {
    if (this.#world !== undefined && this.standing === "in") {
      this.#world = next(this.#world);
      this.#list();
    } else if (this.standing === "entering" || this.standing === "resuming") {
      this.#early.push(next);
    }
  }

  /** Takes the table anew, if it is another: it is not drawn at every tick. */
  #list(): void {
    if (this.#world === undefined) return;
    const table = rows(this.#world);
    if (!equal(table, this.table)) this.table = table;
    this.players = Object.keys(this.#world.state.players).length;
  }

  #delta(said: Delta): void {
    this.#change((world) => {
      const next = onDelta(world, said, this.serverNow());
      if (next !== "stale") return next;
      void this.#resync();
      return world;
    });
  }

  /** Asks for the whole view anew, once at a time: deltas that come meanwhile can't be applied. */
  async #resync(): Promise<void> {
    const kept = this.#keep.read();
    if (this.#resyncing || kept === undefined) return;
    this.#resyncing = true;
    const ack = await this.#askForSeat(kept.token);
    this.#resyncing = false;
    if (this.standing !== "in") return;
    if (ack.ok) this.#seat(ack);
    else this.#link.reopen();
  }
}
