// A Redis of one suite's own, on a port the system chooses and in a folder of its own; killed and started anew by its process.
// It never looks for one that runs already.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { accepts, freePorts } from "../ports.js";
import { bound } from "../server.js";

const START_MS = 20_000;
const PORTS_TRIED = 10;

/**
 * With `keeps`, what was written is there again after it was killed. With `tls` it speaks nothing else, with those who have a certificate
 * and a name.
 */
export async function redis({ keeps = false, tls = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "parlor-redis-"));
  if (tls) await certificates(folder);
  for (let tried = 1; ; tried += 1) {
    const [port] = await freePorts(1);
    const server = new Redis(folder, port, { keeps, tls });
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

const FILES = { ca: "ca.pem", cert: "one.pem", key: "one.key" };

/** An authority, and a certificate of it for Redis and for its clients. */
async function certificates(folder) {
  const make = (...args) => promisify(execFile)("openssl", args, { cwd: folder });
  const kind = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2".split(" ");
  await make(...kind, ..."-subj /CN=authority -keyout ca.key -out ca.pem".split(" "));
  const one = "-subj /CN=one -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE -keyout one.key -out one.pem";
  await make(...kind, ..."-CA ca.pem -CAkey ca.key".split(" "), ...one.split(" "));
}

function* secure(port, at) {
  yield* ["--port", 0, "--tls-port", port, "--tls-ca-cert-file", at(FILES.ca)];
  yield* ["--tls-cert-file", at(FILES.cert), "--tls-key-file", at(FILES.key)];
  yield* ["--user", "default", "off", "--user", "ada", "on", ">sesame", "~*", "&*", "+@all"];
}

class Redis {
  #child;
  #folder;
  #args;
  constructor(folder, port, { keeps, tls }) {
    this.#folder = folder;
    this.port = port;
    const at = (name) => join(folder, name);
    this.#args = tls ? [...secure(port, at)] : ["--port", port];
    this.#args.push(...(keeps ? ["--appendonly", "yes", "--appendfsync", "always"] : ["--appendonly", "no"]));
    this.url = tls ? `rediss://ada:sesame@127.0.0.1:${port}/3` : `redis://127.0.0.1:${port}`;
    /** For servers of Parlor and of Node. */
    this.options = tls ? ["ca", "cert", "key"].map((what) => `tls_${what} = "${at(FILES[what])}"`) : [];
    const read = (name) => readFileSync(at(name));
    this.tls = tls ? { tls: true, ca: read(FILES.ca), cert: read(FILES.cert), key: read(FILES.key) } : {};
  }

  async start() {
    const args = ["--bind", "127.0.0.1", "--dir", this.#folder, "--save", "", ...this.#args];
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
