// What a host has on the desk before a room is open: the key, and the packs that it opens.
// The room itself is the session's.
import type { PackAnswer, PacksAnswer } from "../net/packs.ts";
import { type Fault, fault, own } from "../state/fault.ts";
import type { Pack, WholePack } from "../wire.ts";
import type { Keep } from "./keep.ts";

/** A pack that is looked at; all of it, once it is there. */
export interface Preview {
  readonly pack: Pack;
  readonly whole?: WholePack;
  readonly fault?: Fault;
}

export class Desk {
  /** The key, once it is known or kept; whether it is right shows when the packs come. */
  key = $state.raw<string>();
  packs = $state.raw<readonly Pack[]>();
  busy = $state.raw(false);
  fault = $state.raw<Fault>();
  preview = $state.raw<Preview>();

  readonly #keep: Keep<string>;
  readonly #fetch: (key: string) => Promise<PacksAnswer>;
  readonly #fetchOne: (key: string, id: string) => Promise<PackAnswer>;

  constructor(
    keep: Keep<string>,
    fetch: (key: string) => Promise<PacksAnswer>,
    fetchOne: (key: string, id: string) => Promise<PackAnswer>,
  ) {
    this.#keep = keep;
    this.#fetch = fetch;
    this.#fetchOne = fetchOne;
    this.key = keep.read();
  }

  /** Tries a key; it is kept if it is right. */
  async enter(typed: string): Promise<void> {
    const key = typed.trim();
    if (key === "") {
      this.fault = own("key", "key_empty");
      return;
    }
    await this.#load(key);
  }

  /** Fetches the packs with the kept key. */
  async load(): Promise<void> {
    if (this.key !== undefined) await this.#load(this.key);
  }

  /** Looks at a pack before it is chosen. */
  async look(pack: Pack): Promise<void> {
    if (this.key === undefined) return;
    const looked: Preview = { pack };
    this.preview = looked;
    const answer = await this.#fetchOne(this.key, pack.id);
    // It may have been closed meanwhile, or another opened.
    if (this.preview !== looked) return;
    this.preview = answer.ok ? { pack, whole: answer.pack } : { pack, fault: fault(answer) };
  }

  /** Done with looking. */
  lookAway(): void {
    this.preview = undefined;
  }

  /** Asks for the key again; `why` is said there. */
  forget(why?: Fault): void {
    this.#keep.forget();
    this.key = undefined;
    this.packs = undefined;
    this.preview = undefined;
    this.fault = why;
  }

  async #load(key: string): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.fault = undefined;
    const answer = await this.#fetch(key);
    this.busy = false;
    if (answer.ok) {
      this.#keep.write(key);
      this.key = key;
      this.packs = answer.packs;
    } else if (answer.code === "bad_key") {
      this.forget(fault(answer));
    } else {
      this.fault = fault(answer);
    }
  }
}
