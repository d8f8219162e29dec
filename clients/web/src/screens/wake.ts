// Keeps the screen from going dark while a quiz is played on it, where the browser can.
// It doesn't know when that is; the pages do.

interface Lock {
  release(): Promise<void>;
}

/** The part of `navigator.wakeLock` that is used here. */
export interface Locks {
  request(type: "screen"): Promise<Lock>;
}

type Page = Pick<Document, "visibilityState" | "addEventListener" | "removeEventListener">;

/** Older browsers, and pages that came without TLS, have none. */
function browserLocks(): Locks | null {
  return "wakeLock" in navigator ? navigator.wakeLock : null;
}

/** Until the returned function is called. A hidden page loses its lock: it is asked for again once shown. */
export function keepAwake(locks: Locks | null = browserLocks(), page: Page = document): () => void {
  if (locks === null) return () => undefined;
  let held: Lock | undefined;
  let wanted = true;

  // Refused to save the battery, or released by then: the screen goes dark when it likes, as it does without us.
  const release = (lock: Lock | undefined): void => void lock?.release().catch(() => undefined);

  const ask = (): void => {
    if (page.visibilityState !== "visible") return;
    locks.request("screen").then(
      (lock) => {
        release(held);
        if (wanted) held = lock;
        else release(lock);
      },
      () => undefined,
    );
  };

  ask();
  page.addEventListener("visibilitychange", ask);
  return () => {
    wanted = false;
    page.removeEventListener("visibilitychange", ask);
    release(held);
    held = undefined;
  };
}
