// The page of games: puts the list of games and public rooms on it.
// No behaviour; that is src/session/ and src/state/.
import "./theme/tokens.css";
import "./theme/base.css";

import { mount } from "svelte";

import { fetchGames } from "./net/games.ts";
import { followLobby } from "./net/lobby.ts";
import Games from "./screens/games/Games.svelte";
import { speakOwn } from "./session/language.ts";
import { Lobby } from "./session/lobby.svelte.ts";

await speakOwn();

const target = document.getElementById("app");
if (target) mount(Games, { target, props: { lobby: new Lobby(fetchGames, followLobby) } });
