// A connection whose code comes after the page: who opens the page sees a form while the client is still on its way.
// It carries nothing itself, and knows of the client only how to load it.
import type { Link, Listener } from "./link.ts";

/** How long after the code could not be loaded it is tried again. */
const RETRY_MS = 1_000;

/** How long a request waits for the code. */
const PATIENCE_MS = 5_000;

/** What refuses a request that could not even be made. */
type Refuse = () => { readonly ok: false; readonly code: "offline"; readonly message: string };

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A link that `load` gives, as soon as it does. What is asked of it before is done then. */
export function lateLink(load: () => Promise<Link>, refuse: Refuse): Link {
  let here: Link | undefined;
  let wanted = false;

  const untilLoaded = async (): Promise<Link> => {
    for (;;) {
      try {
        return await load();
      } catch {
        await later(RETRY_MS);
      }
    }
  };
  const link = untilLoaded().then((loaded) => {
    here = loaded;
    if (wanted) loaded.open();
    return loaded;
  });

  return {
    isUp: () => here?.isUp() ?? false,
    open() {
      wanted = true;
      here?.open();
    },
    close() {
      wanted = false;
      here?.close();
    },
    reopen() {
      wanted = true;
      here?.reopen();
    },
    async request(event, say) {
      const loaded = here ?? (await Promise.race([link, later(PATIENCE_MS)]));
      return loaded ? loaded.request(event, say) : refuse();
    },
    listen(listener: Listener) {
      if (here) return here.listen(listener);
      let heard = true;
      let stop = (): void => {
        heard = false;
      };
      void link.then((loaded) => {
        if (heard) stop = loaded.listen(listener);
      });
      return () => {
        stop();
      };
    },
  };
}
