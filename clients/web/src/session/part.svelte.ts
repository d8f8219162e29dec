// A part of the page whose code comes after the page: fetched ahead of need, again and again until it is there.
// It knows neither what is in it nor when it is due; the page does.

/** How long after the code could not be had it is tried again. */
const RETRY_MS = 1_500;

export class Part<T> {
  /** Undefined until it is there. */
  code = $state.raw<T>();
  /** It could not be had the last time; it is being tried again. */
  failing = $state.raw(false);

  readonly #load: () => Promise<T>;
  #fetched: Promise<void> | undefined;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** Begins to fetch it, the first time it is called. Resolves when it is there. */
  fetch(): Promise<void> {
    return (this.#fetched ??= this.#try());
  }

  async #try(): Promise<void> {
    for (;;) {
      try {
        this.code = await this.#load();
        this.failing = false;
        return;
      } catch {
        this.failing = true;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}
