// The list of public rooms as the lobby pushes it. Beside src/net/link.ts the only file that knows socket.io-client.
// It keeps nothing, and asks for nothing: whoever is connected is told.
import { io, type Socket } from "socket.io-client";

import type { LobbyEvents } from "../contract/types.gen.ts";

export interface LobbyListener {
  readonly up: () => void;
  readonly down: () => void;
  /** What came, unread. */
  readonly rooms: (said: unknown) => void;
}

/** Follows the lobby until the returned function is called. It comes back by itself. */
export function followLobby({ up, down, rooms }: LobbyListener): () => void {
  const socket: Socket<LobbyEvents> = io("/lobby", {
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelayMax: 4_000,
  });
  socket.on("connect", up);
  socket.on("disconnect", down);
  socket.on("rooms", rooms);
  return () => {
    socket.off();
    socket.disconnect();
  };
}
