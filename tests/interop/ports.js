// Ports of this machine, for programs that are given one.
// It holds none of them.
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** Whether somebody listens on this port. */
export function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => setTimeout(resolve, 5, false));
    socket.once("connect", () => socket.destroy());
  });
}

/** Ports that nobody had a moment ago: for programs that can't have one chosen. */
export async function freePorts(count) {
  const holders = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(holders.map((holder) => once(holder, "listening")));
  const ports = holders.map((holder) => holder.address().port);
  await Promise.all(holders.map((holder) => new Promise((closed) => holder.close(closed))));
  return ports;
}
