// Says what moves on a page: every animation and transition that lasts longer than a frame and changes more than how a thing is
// coloured or how clearly it is seen. It stops nothing, and doesn't see what scripts draw on a canvas.

/** A frame of a slow screen. */
const FRAME_MS = 17;

/** What may change without anything moving, and what tells of a keyframe itself. */
const STILL =
  /^(?:opacity|visibility|fill|stroke|(?:\w*C|c)olor|background|boxShadow|offset|computedOffset|easing|composite)$/;

/** Looks at every frame, for as long as the page is there, and tells of each movement once. */
export function watchMotion(tell: (what: string) => void): void {
  const seen = new WeakSet<Animation>();
  requestAnimationFrame(function look() {
    for (const animation of document.getAnimations()) {
      if (seen.has(animation)) continue;
      seen.add(animation);
      const what = movement(animation);
      if (what !== undefined) tell(what);
    }
    requestAnimationFrame(look);
  });
}

/** What an animation moves, and of what; undefined if it moves nothing that an eye could follow. */
function movement({ effect }: Animation): string | undefined {
  if (!(effect instanceof KeyframeEffect) || Number(effect.getComputedTiming().endTime) <= FRAME_MS)
    return undefined;
  const changed = new Set(effect.getKeyframes().flatMap((frame) => Object.keys(frame)));
  const moved = [...changed].filter((property) => !STILL.test(property));
  if (moved.length === 0) return undefined;
  const { localName = "", className } = effect.target ?? {};
  return `${moved.join(", ")} of ${[localName, effect.pseudoElement, String(className)].join(" ")}`;
}
