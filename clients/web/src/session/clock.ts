// Keeps a guess of the server's clock good: a few round trips on connecting, then one now and then.
// What a round trip tells is src/state/clock.ts.
import type { Link } from "../net/link.ts";
import type { Requests } from "../wire.ts";
import { better, measure, type Offset } from "../state/clock.ts";

/** Round trips made on connecting: enough that one of them is likely a quick one. */
const FIRST = 4;
const EVERY_MS = 60_000;

/** Milliseconds since the epoch that never step back, unlike the wall clock. */
export const steadyNow = (): number => performance.timeOrigin + performance.now();

/** A connection, of which nothing is asked but the time. */
type Timed = Pick<Link<Pick<Requests, "clock">>, "isUp" | "request">;

async function roundTrip(link: Timed, now: () => number): Promise<Offset | undefined> {
  const t0 = now();
  const ack = await link.request("clock", { t0 });
  return ack.ok ? measure({ t0, t1: ack.t1, t2: now() }) : undefined;
}

/** Measures at once and from then on, telling each better guess, until the returned function is called. */
export function followClock(link: Timed, now: () => number, tell: (offset: Offset) => void): () => void {
  let known: Offset | undefined;
  let stopped = false;
  const once = async (): Promise<void> => {
    if (stopped || !link.isUp()) return;
    const found = await roundTrip(link, now);
    if (stopped || found === undefined) return;
    known = better(known, found);
    tell(known);
  };
  const first = async (): Promise<void> => {
    for (let made = 0; made < FIRST; made += 1) await once();
  };
  void first();
  const timer = setInterval(() => void once(), EVERY_MS);
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}
