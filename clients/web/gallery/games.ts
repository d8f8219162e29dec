// The scenes of the games' pages: the list, and the arena in each of its states.
// They hold made-up data only, and links that carry nothing.
import { mount } from "svelte";

import type { ArenaBroadcasts, ArenaRequests, ArenaState, Game, Listing } from "../src/arena-wire.ts";
import type { Link, Listener } from "../src/net/link.ts";
import Arena from "../src/screens/arena/Arena.svelte";
import Games from "../src/screens/games/Games.svelte";
import { ArenaSession } from "../src/session/arena.svelte.ts";
import type { Keep, KeptSeat } from "../src/session/keep.ts";
import { Lobby } from "../src/session/lobby.svelte.ts";
import { SIDE } from "../src/state/arena/rules.ts";
import { own } from "../src/state/fault.ts";
import { SILENT } from "./silent.ts";

const NOWHERE: Keep<KeptSeat> = { read: () => undefined, write: () => undefined, forget: () => undefined };

const GAMES: readonly Game[] = [
  {
    name: "arena",
    title: "Arena",
    hosted: false,
    quickMatch: true,
    seats: { default: 8, most: 100_000 },
    options: [],
  },
  { name: "button", title: "The button", hosted: false, quickMatch: true, options: [] },
  {
    name: "quiz",
    title: "Quiz",
    hosted: true,
    quickMatch: false,
    seats: { default: 20_000, most: 20_000 },
    options: [],
  },
];

const room = (code: string, game: string, players: number, capacity: number): Listing => ({
  room: code,
  game,
  players,
  capacity,
  phase: "play",
});

const ROOMS = [
  room("482913", "arena", 5, 8),
  room("110042", "quiz", 1_834, 20_000),
  room("733520", "button", 1, 8),
  room("900001", "arena", 8, 8),
];

function list(
  rooms: readonly Listing[] | undefined,
  change: (lobby: Lobby) => void = () => undefined,
  games: Promise<readonly Game[] | undefined> = Promise.resolve(GAMES),
) {
  return (target: HTMLElement): void => {
    const lobby = new Lobby(
      () => games,
      ({ up, rooms: tell }) => {
        up();
        if (rooms !== undefined) tell({ rooms });
        change(lobby);
        return () => undefined;
      },
    );
    mount(Games, { target, props: { lobby } });
  };
}

/** With the rooms in sight, however small the screen is. */
const roomsInSight = (show: (target: HTMLElement) => void) => (target: HTMLElement) => {
  show(target);
  window.addEventListener("resize", () => {
    target.querySelector("[aria-labelledby=rooms]")?.scrollIntoView({ block: "nearest" });
  });
};

const NAMES = [
  "Ada",
  "Grace",
  "ליאורה",
  "A name as long as can be",
  "Radia",
  "Schwarzwaldbummlerin",
  "Hedy",
  "Ken",
];

const SPOTS = [
  [500, 480],
  [530, 500],
  [12, 8],
  [985, 300],
  [400, 990],
  [120, 700],
  [700, 120],
  [820, 800],
] as const;

/** Eight stand where they are hardest to draw, and whoever is there besides in rows. */
const spot = (at: number): readonly [x: number, y: number] =>
  SPOTS[at] ?? [60 + ((at * 97) % 880), 60 + Math.floor((at * 97) / 880) * 110];

const state = (players: number, side: number): ArenaState => ({
  players: Object.fromEntries(
    Array.from({ length: players }, (_, at) => {
      const [x, y] = spot(at);
      return [at + 1, { x: (x * side) / SIDE, y: (y * side) / SIDE, score: (at * 7) % 11 }];
    }),
  ),
  coins: Object.fromEntries(
    SPOTS.map(([x, y], at) => [
      at,
      { x: (((y * 3 + 91) % SIDE) * side) / SIDE, y: (((x * 7 + 57) % SIDE) * side) / SIDE },
    ]),
  ),
});

interface Opening {
  readonly change?: (session: ArenaSession) => void;
  /** The room of the link that led to the page. */
  readonly code?: string;
  /** The room that a seat was taken in. */
  readonly room?: string;
  readonly side?: number;
}

/** An arena with so many in it; with nobody, what is shown before there is a seat. */
function arena(
  players: number,
  { change = () => undefined, code, room: taken = "482913", side = SIDE }: Opening = {},
) {
  return (target: HTMLElement): void => {
    let hears: Listener<ArenaBroadcasts> | undefined;
    const link: Link<ArenaRequests, ArenaBroadcasts> = {
      isUp: () => true,
      open: () => undefined,
      close: () => undefined,
      reopen: () => undefined,
      request: (event) =>
        event === "join"
          ? Promise.resolve({
              ok: true,
              ...{ room: taken, game: "arena", seat: 1, token: "", role: "player", hz: 30 },
              ...{ tick: 1, time: 0, state: state(players, side), you: { seq: 0 } },
              options: { size: side },
            } as never)
          : new Promise(() => undefined),
      listen: (listener) => {
        hears = listener;
        return () => undefined;
      },
    };
    const session = new ArenaSession(link, NOWHERE, () => 1_000);
    const show = (): void => {
      change(session);
      mount(Arena, { target, props: { session, sounds: SILENT, code } });
    };
    if (players === 0) {
      show();
      return;
    }
    void session.join({ game: "arena", name: "Ada", sync: "delta" }).then(() => {
      const joined = Array.from({ length: players }, (_, at) => ({
        seat: at + 1,
        name: NAMES[at] ?? `${NAMES[at % NAMES.length]} ${at}`,
      }));
      hears?.players({ tick: 1, count: players, joined });
      show();
    });
  };
}

export const GAMES_SCENES: Readonly<Record<string, (target: HTMLElement) => void>> = {
  "games-list": list(ROOMS),
  "games-list-none": roomsInSight(list([])),
  "games-list-one": roomsInSight(list(ROOMS.slice(0, 1))),
  "games-list-lost": roomsInSight(
    list(ROOMS, (lobby) => {
      lobby.online = false;
    }),
  ),
  "games-list-connecting": roomsInSight(list(undefined)),
  "games-list-loading": list(undefined, () => undefined, new Promise(() => undefined)),
  "games-list-failed": list(undefined, () => undefined, Promise.resolve(undefined)),
  "games-list-many": roomsInSight(
    list(
      Array.from({ length: 40 }, (_, at) => room(String(100_007 + at * 22_441), "arena", 1 + (at % 8), 8)),
    ),
  ),
  "games-arena-join": arena(0),
  "games-arena-entering": arena(0, {
    change: (session) => {
      session.name = "Ada";
      session.standing = "entering";
    },
  }),
  "games-arena-join-nameless": arena(0, {
    change: (session) => {
      session.fault = own("name", "name_empty");
    },
  }),
  "games-arena-join-room": arena(0, { code: "482913" }),
  "games-arena-join-fault": arena(0, {
    code: "482913",
    change: (session) => {
      session.name = "Ada";
      session.fault = own("code", "unknown_room");
    },
  }),
  "games-arena": arena(8, { room: "900001" }),
  "games-arena-alone": arena(1),
  "games-arena-small": arena(8, { side: 40 }),
  // A private room with more seats than others.
  "games-arena-crowd": arena(60, { room: "615024" }),
  "games-arena-lost": arena(4, {
    change: (session) => {
      session.standing = "resuming";
    },
  }),
  "games-arena-restoring": arena(0, {
    change: (session) => {
      session.standing = "resuming";
    },
  }),
  "games-arena-ended": arena(1, {
    change: (session) => {
      session.closed = { reason: "ended", message: "" };
      session.standing = "closed";
    },
  }),
  "games-arena-replaced": arena(1, {
    change: (session) => {
      session.closed = { reason: "replaced", message: "" };
      session.standing = "closed";
    },
  }),
};

/** Scenes that are also shown in German and mirrored, as those of scenes.ts. */
export const GAMES_TURNED = [
  "games-list.de",
  "games-arena.de",
  "games-arena-lost.de",
  "games-list.rtl",
  "games-arena-lost.rtl",
  "games-arena.rtl",
];
