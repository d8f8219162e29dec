// A server of one suite's own, most often `parlor serve`: started on a port the system chooses, stopped by its process.
// It never looks for a server that runs already.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline";

export const HOST_KEY = "the-host-key-of-these-tests";
export const PACKS = fileURLToPath(new URL("packs", import.meta.url));

// One address plays for hundreds of strangers here, wrong codes and all: what is counted by address is let through.
const LIMITS = {
  PARLOR_LIMITS_MISTAKES_PER_MINUTE: "100000",
  PARLOR_LIMITS_EVENTS_BURST: "100000",
  PARLOR_ROOM_ROOMS_PER_ORIGIN: "1000",
};

const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill()));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

/** Sees to it that this process does not outlive the tests, however they end. */
export function bound(child) {
  running.add(child);
  return child.once("exit", () => running.delete(child));
}

const START_MS = 20_000;
const STOP_MS = 20_000;

/** Starts the binary of `PARLOR_BIN` as a server of games. */
export function serve({ addr = "127.0.0.1:0", packs = PACKS, args = [], env = LIMITS } = {}) {
  return start("PARLOR_BIN", ["serve", "--addr", addr, "--packs", packs, "--host-key", HOST_KEY, ...args], env);
}

/** Starts the binary that this variable names, and waits for the line that says where it listens. */
export async function start(variable, args, env = {}) {
  const binary = process.env[variable];
  if (!binary) throw new Error(`${variable} must name the binary`);
  const child = bound(spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } }));
  const said = [];
  const addr = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => {
        said.push(line);
        const found = /listening on (\S+)/.exec(line);
        if (found) resolve(found[1]);
      });
    }
    const late = setTimeout(() => reject(new Error(`no line "listening on" after ${START_MS} ms`)), START_MS);
    child.once("error", reject);
    child.once("exit", (code, signal) => reject(new Error(`exited early: ${code ?? signal}\n${said.join("\n")}`)));
    late.unref();
  });
  try {
    return new Server(child, `http://${await addr}`, said);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

/**
 * Has `run` use such a server, by its URL. It puts the clients that it opens into a list; they and the server are ended behind it,
 * however it ends.
 */
export async function during(variable, args, run) {
  const server = await start(variable, args);
  const clients = [];
  try {
    return await run(server.url, clients);
  } finally {
    for (const client of clients) client.close();
    await server.stop();
  }
}

class Server {
  #child;
  /** @param {string} url @param {string[]} said the lines it has printed so far */
  constructor(child, url, said) {
    this.#child = child;
    this.url = url;
    this.said = said;
  }

  get pid() {
    return this.#child.pid;
  }

  /** Ends it without a word to anybody. */
  async kill() {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  /** Ends it as an operator would; it must drain and exit with 0. */
  async stop() {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the server had ended: ${child.exitCode ?? child.signalCode}\n${this.said.join("\n")}`);
    }
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    const [code, signal] = await ended;
    clearTimeout(late);
    if (code !== 0) throw new Error(`exit after SIGTERM: ${code ?? signal}\n${this.said.join("\n")}`);
  }
}
