// The summary of a quiz as the host's page has it: asked for once there is one, and kept for as long as its room is shown.
// It adds nothing up: the server does, and src/state/summary.ts.
import { type Fault, fault } from "../state/fault.ts";
import type { Ack, QuizSummary, Requests } from "../wire.ts";

type Ask = () => Promise<Ack<Requests["summary"]["get"]>>;

export class Summing {
  fault = $state.raw<Fault>();
  #told = $state.raw<{ readonly room: string; readonly summary: QuizSummary }>();
  /** The room whose summary is looked at. */
  #open = $state.raw<string>();
  #asking: string | undefined;
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** What this room came to, if that is known. */
  of(room: string): QuizSummary | undefined {
    return this.#told?.room === room ? this.#told.summary : undefined;
  }

  /** Whether it is looked at, rather than the podium. */
  isOpen(room: string): boolean {
    return this.#open === room;
  }

  /** Looks at it, or back at the podium. */
  toggle(room: string): void {
    this.#open = this.isOpen(room) ? undefined : room;
    // Whoever was removed meanwhile is not to be read in it.
    if (this.isOpen(room)) void this.load(room);
  }

  /** Asks for it; what was known of it stays until it comes. */
  async load(room: string): Promise<void> {
    if (this.#asking === room) return;
    this.#asking = room;
    this.fault = undefined;
    const ack = await this.#ask();
    if (this.#asking !== room) return;
    this.#asking = undefined;
    if (ack.ok) this.#told = { room, summary: ack.summary };
    else this.fault = fault(ack);
  }
}
