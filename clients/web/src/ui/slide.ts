// Moves elements from where they were to where they are: by transform alone, so that nothing around them shifts.
// Where they were is src/state/places.ts.
import { wantsStillness } from "./motion.ts";

/** The old order is seen first. */
const WAIT_MS = 700;
const LASTS_MS = 900;

/** Each element comes from the place, among these, whose number stands at its own. */
export function slide(elements: readonly HTMLElement[], from: readonly number[]): void {
  if (wantsStillness()) return;
  const tops = elements.map((element) => element.offsetTop);
  for (const [place, element] of elements.entries()) {
    const way = (tops[from[place] ?? place] ?? 0) - (tops[place] ?? 0);
    if (way === 0) continue;
    // Who rises passes in front of who falls.
    const zIndex = way > 0 ? 1 : 0;
    element.animate(
      [
        { transform: `translateY(${way}px)`, zIndex },
        { transform: "none", zIndex },
      ],
      {
        delay: WAIT_MS,
        duration: LASTS_MS,
        easing: "cubic-bezier(0.3, 0, 0.1, 1)",
        fill: "backwards",
      },
    );
  }
}
