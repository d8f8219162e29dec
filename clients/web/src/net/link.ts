// The connection to the server: with lobby.ts, the only file that knows socket.io-client.
// It carries requests and broadcasts and comes back by itself; what they mean is not its concern.
import { io } from "socket.io-client";

import { text } from "../i18n/text.svelte.ts";
import type { Ack, Broadcasts, Refused, Requests } from "../wire.ts";

/** How long a request may wait for a connection, and then for its acknowledgement. */
const REQUEST_MS = 5_000;

/** How long a connection may take to open. */
const CONNECT_MS = 8_000;

/** A quiz is short: where a WebSocket can be had, it is not first talked about over polling. */
const WEBSOCKET_FIRST = ["websocket", "polling"];
const POLLING_FIRST = ["polling", "websocket"];

/** How long after the server itself closed a connection another one is tried. */
const REOPEN_MS = 1_000;

/** What may be asked for, by event: what is said, and what an ok brings. */
export type Asks<R> = Record<keyof R, { say: unknown; get: unknown }>;

export type Listener<B = Broadcasts> = { readonly [E in keyof B]: (said: B[E]) => void } & {
  /** Connected, for the first time or once more. */
  readonly up: () => void;
  readonly down: () => void;
};

/** A connection to a game: the quiz's, unless it says otherwise. */
export interface Link<R extends Asks<R> = Requests, B = Broadcasts> {
  isUp(): boolean;
  open(): void;
  close(): void;
  /** Gives up the present connection, if any, and tries another at once. */
  reopen(): void;
  /** Asks; a request that cannot be carried is refused with "offline" or "no_answer". Never rejects. */
  request<E extends keyof R & string>(event: E, say: R[E]["say"]): Promise<Ack<R[E]["get"]>>;
  /** Hears everything from now on, until the returned function is called. */
  listen(listener: Listener<B>): () => void;
}

const refused = (code: "offline" | "no_answer"): Refused => ({
  ok: false,
  code,
  message: text.refusals[code],
});

const isAck = (ack: unknown): ack is Ack<never> => typeof ack === "object" && ack !== null && "ok" in ack;

export function socketLink<R extends Asks<R> = Requests, B = Broadcasts>(): Link<R, B> {
  const socket = io({
    autoConnect: false,
    transports: WEBSOCKET_FIRST,
    tryAllTransports: true,
    timeout: CONNECT_MS,
    reconnectionDelay: 400,
    reconnectionDelayMax: 4_000,
  });
  let wanted = false;
  let everUp = false;

  const open = (): void => {
    wanted = true;
    socket.connect();
  };
  const reopen = (): void => {
    socket.disconnect();
    open();
  };
  // A page that its browser froze or took offline should not wait out a back-off.
  const hurry = (): void => {
    if (wanted && !socket.connected) reopen();
  };
  window.addEventListener("online", hurry);
  // A WebSocket that is refused falls back to polling by itself. One that some box on the way accepts and then
  // swallows only ever times out.
  socket.io.on("reconnect_attempt", (attempt) => {
    socket.io.opts.transports = attempt > 1 || !everUp ? POLLING_FIRST : WEBSOCKET_FIRST;
  });
  socket.on("connect", () => {
    everUp = true;
  });
  // The client tries again by itself, but not after the server had a connection and then said no to it.
  socket.on("connect_error", () => {
    if (!socket.active) setTimeout(hurry, REOPEN_MS);
  });

  const connected = (): Promise<boolean> => {
    if (socket.connected) return Promise.resolve(true);
    hurry();
    return new Promise((resolve) => {
      const settle = (up: boolean): void => {
        clearTimeout(timeout);
        socket.off("connect", onConnect);
        resolve(up);
      };
      const onConnect = (): void => {
        settle(true);
      };
      const timeout = setTimeout(() => {
        settle(false);
      }, REQUEST_MS);
      socket.on("connect", onConnect);
    });
  };

  return {
    isUp: () => socket.connected,
    open,
    reopen,
    close() {
      wanted = false;
      socket.disconnect();
    },
    async request(event, say) {
      if (!(await connected())) return refused("offline");
      const ack: unknown = await socket
        .timeout(REQUEST_MS)
        .emitWithAck(event, say)
        .catch(() => undefined);
      return isAck(ack) ? ack : refused("no_answer");
    },
    listen({ up, down, ...hearers }) {
      const broadcasts = hearers as Record<string, (said: unknown) => void>;
      const onDisconnect = (reason: string): void => {
        down();
        if (reason === "io server disconnect") setTimeout(hurry, REOPEN_MS);
      };
      socket.on("connect", up);
      socket.on("disconnect", onDisconnect);
      for (const [event, hear] of Object.entries(broadcasts)) socket.on(event, hear);
      return () => {
        socket.off("connect", up);
        socket.off("disconnect", onDisconnect);
        for (const [event, hear] of Object.entries(broadcasts)) socket.off(event, hear);
      };
    },
  };
}
