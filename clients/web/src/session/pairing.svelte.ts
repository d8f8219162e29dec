// The link to a host's remote as the host's page knows it: made, kept over a reload, taken back.
// The server alone knows who came by it.
import { type Fault, fault } from "../state/fault.ts";
import type { RemoteLink } from "../state/remotelink.ts";
import type { Ack, Requests } from "../wire.ts";
import type { Keep } from "./keep.ts";

type Ask = (say: Requests["remote"]["say"]) => Promise<Ack<Requests["remote"]["get"]>>;

export class Pairing {
  busy = $state.raw(false);
  fault = $state.raw<Fault>();
  #link = $state.raw<RemoteLink>();
  readonly #ask: Ask;
  readonly #keep: Keep<RemoteLink>;

  constructor(ask: Ask, keep: Keep<RemoteLink>) {
    this.#ask = ask;
    this.#keep = keep;
    this.#link = keep.read();
  }

  /** The link to this room's remote, if there is one. */
  linkTo(room: string): RemoteLink | undefined {
    return this.#link?.room === room ? this.#link : undefined;
  }

  /** Makes a link; one that was there before leads nowhere any more. */
  make(room: string): Promise<void> {
    return this.#change(room, {});
  }

  /** Takes the link back, and with it every remote. */
  revoke(room: string): Promise<void> {
    return this.#change(room, { revoke: true });
  }

  async #change(room: string, say: Requests["remote"]["say"]): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    const ack = await this.#ask(say);
    this.busy = false;
    this.fault = ack.ok ? undefined : fault(ack);
    if (!ack.ok) return;
    this.#link = ack.key === undefined ? undefined : { room, key: ack.key };
    if (this.#link === undefined) this.#keep.forget();
    else this.#keep.write(this.#link);
  }
}
