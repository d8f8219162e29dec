// What a host has on the desk before a room is open: the key, and the packs that it opens.
// The room itself is the session's.
import type { PacksAnswer } from "../net/packs.ts";
import { type Fault, fault, own } from "../state/fault.ts";
import type { Pack } from "../wire.ts";
import type { Keep } from "./keep.ts";

export class Desk {
  /** The key, once it is known or kept; whether it is right shows when the packs come. */
  key = $state.raw<string>();
  packs = $state.raw<readonly Pack[]>();
  busy = $state.raw(false);
  fault = $state.raw<Fault>();

  readonly #keep: Keep<string>;
  readonly #fetch: (key: string) => Promise<PacksAnswer>;

  constructor(keep: Keep<string>, fetch: (key: string) => Promise<PacksAnswer>) {
    this.#keep = keep;
    this.#fetch = fetch;
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

  /** Asks for the key again; `why` is said there. */
  forget(why?: Fault): void {
    this.#keep.forget();
    this.key = undefined;
    this.packs = undefined;
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
