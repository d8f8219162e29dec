// What a tab keeps over a reload: its seat's token, its avatar, what a host's link brought, whether it is muted. Two tabs
// are two players. It decides nothing about what is kept. Only the language outlives the tab: it is the device's.
import type { RemoteLink } from "../state/remotelink.ts";

export interface KeptSeat {
  readonly room: string;
  readonly token: string;
  readonly name?: string;
}

export interface Keep<T> {
  read(): T | undefined;
  write(value: T): void;
  forget(): void;
}

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const isRemoteLink = (value: unknown): value is RemoteLink => {
  if (typeof value !== "object" || value === null) return false;
  const { room, key } = value as Partial<RemoteLink>;
  return typeof room === "string" && typeof key === "string";
};

const isSeat = (value: unknown): value is KeptSeat => {
  if (typeof value !== "object" || value === null) return false;
  const { room, token } = value as Partial<KeptSeat>;
  return typeof room === "string" && typeof token === "string";
};

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

const isChoice = (value: unknown): value is boolean => typeof value === "boolean";
const isNumber = (value: unknown): value is number => Number.isInteger(value);

/** A place in `store`. A store that is full or forbidden is as good as an empty one: the tab then forgets on reload. */
function place<T>(store: () => Store, name: string, is: (value: unknown) => value is T): Keep<T> {
  let held: T | undefined;
  return {
    read() {
      try {
        const value: unknown = JSON.parse(store().getItem(name) ?? "null");
        return is(value) ? value : held;
      } catch {
        return held;
      }
    },
    write(value) {
      held = value;
      try {
        store().setItem(name, JSON.stringify(value));
      } catch {
        // Kept for as long as the page lives.
      }
    },
    forget() {
      held = undefined;
      try {
        store().removeItem(name);
      } catch {
        // Nothing was kept there.
      }
    },
  };
}

const tab = (): Store => window.sessionStorage;
const device = (): Store => window.localStorage;

export const keepSeat = (
  role: "player" | "host" | "spectator" | "remote" | "arena",
  store: () => Store = tab,
): Keep<KeptSeat> => place(store, `parlor.seat.${role}`, isSeat);

export const keepHostKey = (store: () => Store = tab): Keep<string> => place(store, "parlor.hostkey", isText);

export const keepPlayersSite = (store: () => Store = tab): Keep<string> =>
  place(store, "parlor.players", isText);

export const keepAvatar = (store: () => Store = tab): Keep<number> => place(store, "parlor.avatar", isNumber);

export const keepLanguage = (store: () => Store = device): Keep<string> =>
  place(store, "parlor.language", isText);

export const keepSounds = (
  role: "player" | "host" | "spectator" | "arena",
  store: () => Store = tab,
): Keep<boolean> => place(store, `parlor.sounds.${role}`, isChoice);

/** A link to a remote: the host's page has made it, or the remote came by it. */
export const keepRemoteLink = (role: "host" | "remote", store: () => Store = tab): Keep<RemoteLink> =>
  place(store, `parlor.remote.${role}`, isRemoteLink);
