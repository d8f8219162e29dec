// What the server says of players' connections, asked for again and again for as long as somebody looks.
// It judges nothing; src/state/signal.ts does.
import type { Ack, LinkTold, Requests, SeatId } from "../wire.ts";

type Ask = (seats: readonly SeatId[]) => Promise<Ack<Requests["links"]["get"]>>;

/** How long after an answer the next one is asked for. */
export const EVERY_MS = 3_000;

/** The server tells of so many seats at once. */
const MOST = 300;

export class Signals {
  /** Undefined until they were told of first. */
  told = $state.raw<Readonly<Record<SeatId, LinkTold>>>();

  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Asks about these seats, one time after the other, until the returned function is called. */
  follow(seats: () => readonly SeatId[]): () => void {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const once = async (): Promise<void> => {
      const of = seats().slice(0, MOST);
      const ack = of.length === 0 ? undefined : await this.#ask(of);
      if (stopped) return;
      if (ack?.ok) this.told = Object.fromEntries(ack.links.map((told) => [told.seat, told]));
      timer = setTimeout(() => void once(), EVERY_MS);
    };
    void once();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }
}
