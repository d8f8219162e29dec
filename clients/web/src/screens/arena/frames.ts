// A board frame by frame: the hand's wish goes to the session, and what is known at that moment onto the canvas.
// It decides nothing and draws nothing itself: that is src/state/arena/ and paint.ts.
import type { ArenaSession } from "../../session/arena.svelte.ts";
import { arrived, EMPTY, wish } from "../../state/arena/hand.ts";
import type { Laid } from "../../state/arena/labels.ts";
import { SIDE } from "../../state/arena/rules.ts";
import { wantsStillness } from "../../ui/motion.ts";
import { bind, type Held } from "./input.ts";
import { paint, paletteOf, type Scene } from "./paint.ts";
import { Sprites } from "./sprites.ts";

/** In this time a name fades in or out. */
const FADE_MS = 150;

/** Plays at `board` and draws on its `canvas`, until the returned function is called. */
export function run(
  board: HTMLElement,
  canvas: HTMLCanvasElement,
  session: Pick<ArenaSession, "world" | "bodies" | "steer">,
  label: Scene["label"],
): () => void {
  const to = canvas.getContext("2d", { alpha: false });
  if (to === null) return () => undefined;
  const held: Held = { hand: EMPTY };
  const unbind = bind(board, held, () => session.world?.side ?? SIDE);

  const sprites = new Sprites();
  let palette = paletteOf(canvas);
  const recolour = (): void => {
    palette = paletteOf(canvas);
    sprites.clear();
  };
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", recolour);

  const fadeMs = wantsStillness() ? 1 : FADE_MS;
  let laid: Laid = new Map();
  let last = -FADE_MS;
  const draw = (now: number): void => {
    const { world } = session;
    if (world === undefined) return;
    const bodies = session.bodies();
    const own = bodies.find((body) => body.own);
    if (own) {
      session.steer(wish(held.hand, own, world.side));
      if (arrived(held.hand, own, world.side)) held.hand = { keys: held.hand.keys };
    }
    const ratio = window.devicePixelRatio;
    const size = Math.max(1, Math.round(canvas.clientWidth * ratio));
    if (canvas.width !== size) {
      canvas.width = canvas.height = size;
      sprites.clear();
      laid = new Map();
      last = -FADE_MS;
    }
    const coins = Object.values(world.state.coins);
    const { goal } = held.hand;
    laid = paint(
      { to, size, ratio, palette, sprites },
      { side: world.side, coins, bodies, goal, stick: held.stick, label },
      laid,
      Math.min(1, (now - last) / fadeMs),
    );
    last = now;
  };

  let frame = requestAnimationFrame(function next(now) {
    draw(now);
    frame = requestAnimationFrame(next);
  });
  return () => {
    cancelAnimationFrame(frame);
    scheme.removeEventListener("change", recolour);
    unbind();
  };
}
