// The server's clock, guessed from round trips: the quickest one tells the most.
// It reads no clock and sends nothing; both are its caller's.

/** How far the server's clock is ahead of ours, and how long the round trip took that told so. */
export interface Offset {
  readonly aheadMs: number;
  readonly roundTripMs: number;
}

/** A round trip: sent at `t0`, answered at `t1` on the server's clock, back at `t2`. */
export interface RoundTrip {
  readonly t0: number;
  readonly t1: number;
  readonly t2: number;
}

export function measure({ t0, t1, t2 }: RoundTrip): Offset {
  return { aheadMs: t1 - (t0 + t2) / 2, roundTripMs: t2 - t0 };
}

/** The better of two guesses: an error is at most half a round trip. */
export function better(known: Offset | undefined, found: Offset): Offset {
  return known === undefined || found.roundTripMs <= known.roundTripMs ? found : known;
}
