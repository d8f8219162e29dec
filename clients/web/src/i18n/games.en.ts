// The words of the pages of games in English. They are apart from the others so that a player's phone doesn't load them.
// No markup, and no choosing of which to show.
import { formats } from "./format.ts";

const { number, counted, ordinal } = formats("en");

const coins = (count: number): string => counted(count, { one: "coin", other: "coins" });
const players = (count: number): string => counted(count, { one: "player", other: "players" });
const place = (rank: number): string => ordinal(rank, { one: "st", two: "nd", few: "rd", other: "th" });

export const gamesEn = {
  coins,

  list: {
    title: "Games",
    lead: "Choose a game, or join a room that is open.",
    gamesFailed: "The list of games could not be loaded.",
    retry: "Try again",
    loading: "Loading…",
    rooms: "Public rooms",
    noRooms: "No public room is open. Start one with a quick match.",
    connecting: "Connecting to the lobby…",
    lost: "Connection lost. The list comes back by itself…",
    seats: (most: number): string => `Up to ${players(most)} in a room`,
    quickMatch: "Quick match",
    withCode: "Join with a code",
    host: "Host a quiz",
    elsewhere: "Not played here: it has a page or an app of its own.",
    notHere: "Not played here",
    room: "Room",
    players: "Players",
    playersOf: (here: number, most: number): string => `${number(here)} of ${number(most)}`,
    join: "Join",
    joinRoom: (code: string): string => `Join room ${code}`,
    full: "Full",
    open: (count: number): string => counted(count, { one: "room is open", other: "rooms are open" }),
    wereOpen: (count: number): string => counted(count, { one: "room was open", other: "rooms were open" }),
    about: {
      quiz: "Questions on the big screen, answers on every phone. A host runs it.",
      arena: "Run, and pick up more coins than the others. It never ends; come and go as you like.",
    },
  },

  arena: {
    title: "Arena",
    lead: "Pick up more coins than the others.",
    name: "Your name",
    nameHint: "Everyone in the room can see it.",
    quickMatch: "Quick match",
    joinRoom: (code: string): string => `Join room ${code}`,
    joining: "Joining…",
    instead: "Quick match instead",
    all: "All games",
    room: (code: string): string => `Room ${code}`,
    leave: "Leave",
    board: "Board: move with the arrow keys or W, A, S and D",
    help: "Arrow keys or W, A, S, D. Or drag anywhere on the board. Or tap where you want to go.",
    table: "Scores",
    rank: "Rank",
    player: "Player",
    score: "Coins",
    you: "You",
    nameless: (seat: number): string => `Player ${number(seat)}`,
    yours: (score: number, rank: number, of: number): string =>
      `You have ${coins(score)}: ${place(rank)} of ${number(of)}.`,
    youLead: "You lead.",
    leads: (name: string, score: number): string => `${name} leads with ${coins(score)}.`,
    leadTogether: (names: string, score: number): string => `${names} lead with ${coins(score)} each.`,
    lost: "Connection lost. Coming back…",
  },

  closed: {
    ended: ["The room is closed", "Thanks for playing."],
    kicked: ["You were removed", "You can't come back to this room."],
    replaced: ["Playing somewhere else", "This seat was taken over in another tab or on another device."],
    failed: ["The room broke", "Something in this room broke, and it had to end."],
    idle: ["The room was closed", "Nothing happened in this room for a long time."],
    shutdown: ["The server is restarting", "This page comes back by itself if the room does."],
    takeBack: "Play here instead",
    again: "Play again",
    another: "Play in another room",
  },

  unknownRoom: "There is no room with this code. It may have closed; try a quick match.",
} as const;
