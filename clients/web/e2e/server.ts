// Runs the real binary for a test: `PARLOR_BIN`, else the release or debug build of this repository.
// It knows nothing of pages and browsers.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { packsFolder } from "./pack.ts";

const START_MS = 20_000;
const STOP_MS = 10_000;

export interface Server {
  readonly url: string;
  readonly key: string;
  /** Where it records its rooms, one file each. */
  readonly record: string;
  stop(): Promise<void>;
}

function binary(): string {
  const given = process.env["PARLOR_BIN"];
  const built = ["release", "debug"].map((profile) =>
    fileURLToPath(new URL(`../../../target/${profile}/parlor`, import.meta.url)),
  );
  const found = given ?? built.find((path) => existsSync(path));
  if (found === undefined || !existsSync(found)) {
    throw new Error(
      `no binary: build it with \`make build\`, or name it in PARLOR_BIN (looked at ${built.join(", ")})`,
    );
  }
  return found;
}

/** The address in the line `listening on ADDR`, or why there is none. */
function listening(child: ChildProcess, errors: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      clearTimeout(timeout);
      reject(new Error(`the server ${why}\n${errors()}`));
    };
    const timeout = setTimeout(() => {
      fail(`did not listen within ${START_MS} ms`);
    }, START_MS);
    child.once("error", ({ message }) => {
      fail(`did not start: ${message}`);
    });
    child.once("exit", (code) => {
      fail(`exited with ${code}`);
    });
    if (!child.stdout) return;
    createInterface(child.stdout).on("line", (line) => {
      const addr = /^listening on (\S+)$/.exec(line)?.[1];
      if (addr === undefined) return;
      clearTimeout(timeout);
      resolve(addr);
    });
  });
}

function stopped(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
    return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    child.once("exit", () => {
      clearTimeout(force);
      resolve();
    });
    child.kill("SIGTERM");
  });
}

/** A program that serves, once it says `listening on ADDR`. */
export interface Program {
  readonly addr: string;
  stop(): Promise<void>;
}

export async function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Program> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  let said = "";
  child.stderr.on("data", (data: Buffer) => {
    said = (said + data.toString()).slice(-4_000);
  });
  const stop = (): Promise<void> => stopped(child);
  try {
    return { addr: await listening(child, () => said), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** With the packs of a folder, or with this one, and with these settings besides. */
export async function startServer(given: string | object, env: NodeJS.ProcessEnv = {}): Promise<Server> {
  const parlor = binary();
  const packs = typeof given === "string" ? given : await packsFolder(given);
  const record = await mkdtemp(join(tmpdir(), "parlor-e2e-record-"));
  const key = `test-key-${Math.random().toString(36).slice(2)}`;
  const has = ["--addr", "127.0.0.1:0", "--packs", packs, "--host-key", key, "--record", record];
  const clean = async (): Promise<void> => {
    await rm(record, { recursive: true, force: true });
    if (packs !== given) await rm(packs, { recursive: true, force: true });
  };
  try {
    const { addr, stop } = await run(parlor, ["serve", ...has], env);
    return { url: `http://${addr}`, key, record, stop: () => stop().then(clean) };
  } catch (error) {
    await clean();
    throw error;
  }
}
