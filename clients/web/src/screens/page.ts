// A seat for as long as its page is there. The page itself tells that it was shown again, after its browser may have let the
// connection die.
// It keeps nothing, and asks for no seat.
import type { Session } from "../session/session.svelte.ts";

/** Connects the seat, until the returned function is called. */
export function hold(seat: Pick<Session, "start" | "stop" | "probe">): () => void {
  const onShown = (): void => {
    if (document.visibilityState === "visible") void seat.probe();
  };
  document.addEventListener("visibilitychange", onShown);
  seat.start();
  return () => {
    document.removeEventListener("visibilitychange", onShown);
    seat.stop();
  };
}
