// Where another player was, tick by tick, and so where to show them at any moment between: the interpolation buffer.
// It reads no clock, and guesses nothing of what has not been told.
import type { Spot } from "../../arena-wire.ts";

/** A place, and the moment on the server's clock at which the player was there. */
export interface Sample extends Spot {
  readonly t: number;
}

/** Samples by time, at least one. */
export type Track = readonly [Sample, ...Sample[]];

/** Nothing is shown so late that older samples would be asked for. */
const KEPT_MS = 1_000;

/** Between two samples farther apart than this share of what can be walked meanwhile, nobody walks: they are put there. */
const LEAP = 3;

export const begin = (sample: Sample): Track => [sample];

/** How a room tells of places: `stepMs` from one to the next, and nobody crosses more than `reach` in a millisecond. */
export interface Gait {
  readonly reach: number;
  readonly stepMs: number;
}

/**
 * The track with one sample more. A room tells only what changed, so after a rest the last sample is an old one: who is
 * elsewhere now set out no sooner than the way there takes.
 */
export function extend(track: Track, sample: Sample, { reach, stepMs }: Gait): Track {
  const last = track[track.length - 1] ?? track[0];
  if (sample.t <= last.t) return track;
  const way = Math.hypot(sample.x - last.x, sample.y - last.y);
  const setOut = sample.t - Math.max(stepMs, way / reach);
  // Half a step is what moments may be off by.
  const rest = way > 0 && setOut - last.t > stepMs / 2 ? [{ ...last, t: setOut }] : [];
  return [...recent(track, sample.t), ...rest, sample] as unknown as Track;
}

/** What of a track may still be asked for: all within the time kept, and the one before. */
function recent(track: Track, now: number): readonly Sample[] {
  const first = track.findIndex(({ t }) => t >= now - KEPT_MS);
  return track.slice(first === -1 ? -1 : Math.max(0, first - 1));
}

/** Where they were at `t`: between the samples about it, or at the last one there is. */
export function at(track: Track, t: number, { reach }: Gait): Spot {
  const next = track.findIndex((sample) => sample.t >= t);
  if (next === -1) return track[track.length - 1] ?? track[0];
  const [to, from] = [track[next], track[next - 1]];
  if (to === undefined || from === undefined) return track[0];
  const way = Math.hypot(to.x - from.x, to.y - from.y);
  if (way > LEAP * reach * (to.t - from.t)) return t < to.t ? from : to;
  const share = (t - from.t) / (to.t - from.t);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
