// A Redis of one suite's own, on a port the system chooses and in a folder of its own; killed and started anew by its process.
// It never looks for one that runs already.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accepts, freePorts } from "../ports.js";
import { bound } from "../server.js";

const START_MS = 20_000;
const PORTS_TRIED = 10;

/** With `keeps`, what was written is there again after it was killed. */
export async function redis({ keeps = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "parlor-redis-"));
  for (let tried = 1; ; tried += 1) {
    const [port] = await freePorts(1);
    const server = new Redis(folder, port, keeps);
    try {
      await server.start();
      return server;
    } catch (error) {
      if (tried < PORTS_TRIED && /Address already in use/.test(error.message)) continue;
      rmSync(folder, { recursive: true });
      throw error;
    }
  }
}

class Redis {
  #child;
  #folder;
  #keeps;
  constructor(folder, port, keeps) {
    this.#folder = folder;
    this.#keeps = keeps;
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
  }

  async start() {
    const kept = this.#keeps ? ["--appendonly", "yes", "--appendfsync", "always"] : ["--appendonly", "no"];
    const args = ["--port", this.port, "--bind", "127.0.0.1", "--dir", this.#folder, "--save", "", ...kept];
    this.#child = bound(spawn("redis-server", args, { stdio: ["ignore", "pipe", "pipe"] }));
    let said = "";
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream.on("data", (text) => (said += text));
    const ended = new Promise((_, reject) => {
      this.#child.once("error", (error) => reject(new Error(`redis-server cannot be started: ${error.message}`)));
      this.#child.once("close", (code) => reject(new Error(`redis-server ended with ${code}: ${said}`)));
    });
    const late = AbortSignal.timeout(START_MS);
    const ready = async () => {
      while (!(/Ready to accept connections/.test(said) && (await accepts(this.port)))) {
        if (late.aborted) throw new Error(`redis-server accepts nothing after ${START_MS} ms: ${said}`);
        await new Promise((soon) => setTimeout(soon, 5));
      }
    };
    ended.catch(() => {});
    await Promise.race([ended, ready()]);
  }

  /** Ends it without a word to anybody. */
  async kill() {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  async stop() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill();
    rmSync(this.#folder, { recursive: true });
  }
}
