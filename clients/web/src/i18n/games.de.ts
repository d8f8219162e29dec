// The words of the pages of games in German.
// No markup, and no choosing of which to show.
import { formats } from "./format.ts";
import type { GamesMessages } from "./games.svelte.ts";

const { number, counted, ordinal } = formats("de");

const coins = (count: number): string => counted(count, { one: "Münze", other: "Münzen" });
const place = (rank: number): string => ordinal(rank, { other: "." });

export const gamesDe: GamesMessages = {
  coins,

  list: {
    title: "Spiele",
    lead: "Such dir ein Spiel aus, oder komm in einen offenen Raum.",
    gamesFailed: "Die Liste der Spiele konnte nicht geladen werden.",
    retry: "Noch einmal versuchen",
    loading: "Wird geladen…",
    rooms: "Öffentliche Räume",
    noRooms: "Gerade ist kein öffentlicher Raum offen. Mit „Schnelles Spiel“ öffnest du einen.",
    connecting: "Verbindung zur Lobby wird aufgebaut…",
    lost: "Verbindung verloren. Die Liste kommt von selbst zurück…",
    seats: (most) => `Bis zu ${number(most)} in einem Raum`,
    quickMatch: "Schnelles Spiel",
    withCode: "Mit Code beitreten",
    host: "Quiz leiten",
    elsewhere: "Wird nicht hier gespielt, sondern auf einer eigenen Seite oder in einer eigenen App.",
    notHere: "Nicht hier spielbar",
    room: "Raum",
    players: "Dabei",
    playersOf: (here, most) => `${number(here)} von ${number(most)}`,
    join: "Spielen",
    joinRoom: (code) => `Im Raum ${code} spielen`,
    full: "Voll",
    open: (count) => counted(count, { one: "Raum ist offen", other: "Räume sind offen" }),
    wereOpen: (count) => counted(count, { one: "Raum war offen", other: "Räume waren offen" }),
    about: {
      quiz: "Fragen auf dem großen Bildschirm, Antworten auf jedem Handy. Jemand leitet es.",
      arena: "Lauf los und sammle mehr Münzen als die anderen. Komm und geh, wann du willst.",
    },
  },

  arena: {
    title: "Arena",
    lead: "Sammle mehr Münzen als die anderen.",
    name: "Dein Name",
    nameHint: "Alle im Raum können ihn sehen.",
    quickMatch: "Schnelles Spiel",
    joinRoom: (code) => `Raum ${code} beitreten`,
    joining: "Du trittst bei…",
    instead: "Lieber ein schnelles Spiel",
    all: "Alle Spiele",
    room: (code) => `Raum ${code}`,
    leave: "Gehen",
    board: "Spielfeld: Lauf mit den Pfeiltasten oder mit W, A, S und D",
    help: "Pfeiltasten oder W, A, S, D. Oder zieh auf dem Spielfeld. Oder tippe dorthin, wo du hinwillst.",
    table: "Punktestand",
    rank: "Platz",
    player: "Name",
    score: "Münzen",
    you: "Du",
    nameless: (seat) => `Person ${number(seat)}`,
    yours: (score, rank, of) => `Du hast ${coins(score)}: ${place(rank)} Platz von ${number(of)}.`,
    youLead: "Du führst.",
    leads: (name, score) => `${name} führt mit ${coins(score)}.`,
    leadTogether: (names, score) => `${names} führen mit je ${coins(score)}.`,
    lost: "Verbindung verloren. Sie kommt zurück…",
  },

  closed: {
    ended: ["Der Raum ist geschlossen", "Danke fürs Mitspielen."],
    kicked: ["Du wurdest entfernt", "In diesen Raum kannst du nicht zurück."],
    replaced: [
      "Du spielst woanders",
      "Dieser Platz wurde in einem anderen Tab oder auf einem anderen Gerät übernommen.",
    ],
    failed: ["Der Raum ist kaputt", "In diesem Raum ging etwas kaputt, und er musste enden."],
    idle: ["Der Raum wurde geschlossen", "In diesem Raum ist lange nichts passiert."],
    shutdown: ["Der Server startet neu", "Diese Seite kommt von selbst zurück, wenn der Raum es tut."],
    takeBack: "Hier weiterspielen",
    again: "Noch einmal spielen",
    another: "In einem anderen Raum spielen",
  },

  unknownRoom: "Zu diesem Code gibt es keinen Raum. Vielleicht ist er schon zu; versuch ein schnelles Spiel.",
};
