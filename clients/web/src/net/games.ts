// Fetches the list of the server's games.
// It keeps nothing.
import type { Game } from "../arena-wire.ts";
import { gamesIn } from "../state/lobby.ts";

/** The games; undefined if they could not be had. Never rejects. */
export async function fetchGames(get: typeof fetch = fetch): Promise<readonly Game[] | undefined> {
  try {
    const response = await get("/api/games");
    return response.ok ? gamesIn(await response.json()) : undefined;
  } catch {
    return undefined;
  }
}
