// What a tab that looks at the games knows: which there are, and which public rooms, for as long as it looks.
// It shows nothing, and takes no seat.
import type { Game, Listing } from "../arena-wire.ts";
import type { LobbyListener } from "../net/lobby.ts";
import { roomsIn } from "../state/lobby.ts";

export class Lobby {
  games = $state.raw<readonly Game[]>();
  failed = $state.raw(false);
  /** Undefined until the lobby was first heard. */
  rooms = $state.raw<readonly Listing[]>();
  online = $state.raw(false);

  readonly #fetch: () => Promise<readonly Game[] | undefined>;
  readonly #follow: (listener: LobbyListener) => () => void;

  constructor(
    fetch: () => Promise<readonly Game[] | undefined>,
    follow: (listener: LobbyListener) => () => void,
  ) {
    this.#fetch = fetch;
    this.#follow = follow;
  }

  /** Looks, until the returned function is called. */
  start(): () => void {
    void this.load();
    return this.#follow({
      up: () => {
        this.online = true;
        // A server that was gone may have come back with other games.
        if (this.failed) void this.load();
      },
      down: () => {
        this.online = false;
      },
      rooms: (said) => {
        this.rooms = roomsIn(said);
      },
    });
  }

  async load(): Promise<void> {
    this.failed = false;
    const games = await this.#fetch();
    if (games === undefined) this.failed = this.games === undefined;
    else this.games = games;
  }
}
