// Whether a page is heard and felt, as its person chose, and the way from a cue to the ear and the hand.
// Which cue is due is src/sounds/cues.ts.
import type { Keep } from "../session/keep.ts";
import type { Buzz } from "./buzz.ts";
import type { Cue } from "./cues.ts";
import type { Speaker } from "./speaker.ts";

export interface SoundWays {
  readonly keep: Keep<boolean>;
  readonly speaker: Speaker;
  /** Absent on a page that is not held in a hand. */
  readonly buzz?: Buzz;
  /** Whether it is heard before its person has chosen: a big screen is, thirty phones are not. */
  readonly byDefault: boolean;
}

export class Sounds {
  /** Undefined until the person has chosen. */
  #chosen = $state.raw<boolean>();
  readonly #ways: SoundWays;

  constructor(ways: SoundWays) {
    this.#ways = ways;
    this.#chosen = ways.keep.read();
  }

  get on(): boolean {
    return this.#chosen ?? this.#ways.byDefault;
  }

  /** On or off, from within the gesture that asked for it. */
  toggle(): void {
    this.#chosen = !this.on;
    this.#ways.keep.write(this.#chosen);
    this.wake();
  }

  /** To be called on each gesture: before the first one no browser lets a page be heard. */
  wake(): void {
    if (this.on) this.#ways.speaker.wake();
  }

  /** A page that was muted stays still as well; one that is merely silent by default still vibrates. */
  cue(cue: Cue): void {
    if (this.on) this.#ways.speaker.play(cue);
    if (this.#chosen !== false) this.#ways.buzz?.(cue);
  }
}
