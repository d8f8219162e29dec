// Players the host has removed, whom a few seconds still bring back: only then the server is told.
// It shows nothing; src/screens/host/Undo.svelte does, and whoever shows the names.
import type { SeatId } from "../wire.ts";

/** Long enough to see the mistake, short enough for whoever ought to be gone. */
export const UNDO_MS = 5_000;

export interface Removal {
  readonly seat: SeatId;
  readonly name: string;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class Removals {
  /** Those that can be undone, in the order they were made. */
  due = $state.raw<readonly Removal[]>([]);

  readonly #send: (seat: SeatId) => void;

  constructor(send: (seat: SeatId) => void) {
    this.#send = send;
  }

  has(seat: SeatId): boolean {
    return this.due.some((removal) => removal.seat === seat);
  }

  /** Removes a player soon; one who is about to go goes no later for being removed again. */
  add(seat: SeatId, name: string): void {
    if (this.has(seat)) return;
    const timer = setTimeout(() => {
      if (this.#take(seat)) this.#send(seat);
    }, UNDO_MS);
    this.due = [...this.due, { seat, name, timer }];
  }

  /** The player stays. */
  undo(seat: SeatId): void {
    this.#take(seat);
  }

  /** Removes a player soon, or brings back one who is about to go. */
  toggle(seat: SeatId, name: string): void {
    if (this.has(seat)) this.undo(seat);
    else this.add(seat, name);
  }

  /** Nothing can be undone any more: tells the server of all of them. */
  flush(): void {
    for (const { seat } of this.due) if (this.#take(seat)) this.#send(seat);
  }

  #take(seat: SeatId): boolean {
    const taken = this.due.find((removal) => removal.seat === seat);
    if (taken === undefined) return false;
    clearTimeout(taken.timer);
    this.due = this.due.filter((removal) => removal !== taken);
    return true;
  }
}
