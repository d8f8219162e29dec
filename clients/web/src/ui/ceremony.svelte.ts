// The places of the podium, shown one after another from the third to the first.
// It draws nothing, and knows nobody who stands there.
import type { Unveiled } from "../sounds/cues.ts";

/** How long each place is looked at before the next one shows by itself. */
export const PLACE_MS = 2_500;

const PLACES = 3;

export class Ceremony {
  #unveiled = $state.raw<Unveiled>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Undefined while there is no podium. */
  get unveiled(): Unveiled | undefined {
    return this.#unveiled;
  }

  /** Whether there is a place left to show. */
  get running(): boolean {
    return this.#unveiled !== undefined && this.#unveiled.shown < this.#unveiled.of;
  }

  /** A podium of this many players; `atOnce` for who was not there to see it begin, or wants less to move. */
  begin(players: number, atOnce: boolean): void {
    this.stop();
    const of = Math.min(PLACES, players);
    this.#unveiled = { shown: atOnce ? of : 0, of };
    this.#wait();
  }

  /** Shows the next place, if there is one. */
  next(): void {
    clearTimeout(this.#timer);
    if (!this.running || this.#unveiled === undefined) return;
    this.#unveiled = { ...this.#unveiled, shown: this.#unveiled.shown + 1 };
    this.#wait();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#unveiled = undefined;
  }

  #wait(): void {
    if (!this.running) return;
    this.#timer = setTimeout(() => {
      this.next();
    }, PLACE_MS);
  }
}
