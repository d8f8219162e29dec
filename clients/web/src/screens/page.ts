// What the page itself tells of: that it was shown again, after its browser may have let the connection die.
// It keeps nothing; `unwatch` undoes it.
import type { Session } from "../session/session.svelte.ts";

export function watchPage(session: Pick<Session, "probe">): () => void {
  const onShown = (): void => {
    if (document.visibilityState === "visible") void session.probe();
  };
  document.addEventListener("visibilitychange", onShown);
  return () => {
    document.removeEventListener("visibilitychange", onShown);
  };
}
