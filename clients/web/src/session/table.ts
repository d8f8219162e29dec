// A table for tests of what has a seat: a server and a tab's store, both in the test's hands.
// It knows no game, and no page imports it.
import { expect, vi } from "vitest";

import type { Asks, Link, Listener } from "../net/link.ts";
import type { Ack, Broadcasts, Requests } from "../wire.ts";
import type { Keep, KeptSeat } from "./keep.ts";

interface Said {
  readonly event: string;
  readonly say: unknown;
  readonly answer: (ack: unknown) => void;
}

/** What the server's clock says, always. */
export const SERVER_TIME = 5_000;

/** It sees each request, and answers when the test does; but the time it tells at once. */
export class Table<R extends Asks<R> = Requests, B = Broadcasts> implements Link<R, B> {
  said: Said[] = [];
  isOpen = false;
  reopened = 0;
  #up = false;
  #listener: Listener<B> | undefined;

  isUp = (): boolean => this.#up;
  open = (): void => void (this.isOpen = true);
  close = (): void => void (this.isOpen = false);
  reopen = (): void => void (this.reopened += 1);

  request<T>(event: string, say: unknown): Promise<Ack<T>> {
    if (event === "clock") return Promise.resolve({ ok: true, t0: 0, t1: SERVER_TIME } as unknown as Ack<T>);
    return new Promise((resolve) => {
      this.said.push({ event, say, answer: resolve as (ack: unknown) => void });
    });
  }

  listen(listener: Listener<B>): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = undefined;
    };
  }

  get hears(): Listener<B> {
    if (!this.#listener) throw new Error("nobody listens");
    return this.#listener;
  }

  up(): void {
    this.#up = true;
    this.hears.up();
  }

  down(): void {
    this.#up = false;
    this.hears.down();
  }

  /** Answers the oldest request, which must be this one, and lets the seat act on it. */
  async answer(event: string, ack: unknown): Promise<unknown> {
    await settled();
    const oldest = this.said.shift();
    expect(oldest?.event).toBe(event);
    oldest?.answer(ack);
    await settled();
    return oldest?.say;
  }
}

/** Until everything that waits for nothing but its turn has had it. Timers are the test's. */
export const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

/** A tab's store with this seat in it. */
export function keeper(held?: KeptSeat): Keep<KeptSeat> {
  return {
    read: () => held,
    write: (seat) => {
      held = seat;
    },
    forget: () => {
      held = undefined;
    },
  };
}

export const no = (code: string): object => ({ ok: false, code, message: "No." });
