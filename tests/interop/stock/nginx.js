// nginx with `deploy/nginx.conf`, on ports and with a certificate of its own. Never runs as root.
// Of that file nothing is changed but what everybody must change: names, addresses, and the part for several servers.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { accepts, freePorts } from "../ports.js";
import { bound } from "../server.js";

const START_MS = 20_000;
const PORTS_TRIED = 10;
const NOBODY = 65_534;

export const FILE = readFileSync(new URL("../../../deploy/nginx.conf", import.meta.url), "utf8");

/** Before one server, or before two by the file's part for several. */
export async function nginx(...servers) {
  const folder = mkdtempSync(join(tmpdir(), "parlor-nginx-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  await promisify(execFile)("openssl", [
    ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost".split(" "),
    ..."-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout".split(" "), key, "-out", certificate,
  ]);
  for (let tried = 1; ; tried += 1) {
    const [tls, plain] = await freePorts(2);
    writeFileSync(join(folder, "parlor.conf"), changed({ servers, folder, key, certificate, tls, plain }));
    writeFileSync(join(folder, "nginx.conf"), main());
    const child = run(folder);
    try {
      await listening(child, tls);
      return new Nginx(child, folder, { tls, plain, ca: readFileSync(certificate, "utf8"), caFile: certificate });
    } catch (error) {
      child.kill("SIGKILL");
      if (tried < PORTS_TRIED && /Address already in use/.test(error.message)) continue;
      rmSync(folder, { recursive: true });
      throw error;
    }
  }
}

class Nginx {
  #child;
  #folder;
  constructor(child, folder, { tls, plain, ca, caFile }) {
    this.#child = child;
    this.#folder = folder;
    this.url = `https://127.0.0.1:${tls}`;
    this.plain = `http://127.0.0.1:${plain}`;
    this.ca = ca;
    this.caFile = caFile;
  }

  async stop() {
    const ended = this.#child.exitCode === null ? once(this.#child, "exit") : Promise.resolve();
    this.#child.kill("SIGTERM");
    await ended;
    rmSync(this.#folder, { recursive: true });
  }
}

/** The file with these names, ports and servers. */
function changed({ servers, folder, key, certificate, tls, plain }) {
  const changes = [
    ["listen 80;", `listen 127.0.0.1:${plain};`],
    ["listen [::]:80;", `listen unix:${join(folder, "plain.sock")};`],
    ["listen 443 ssl;", `listen 127.0.0.1:${tls} ssl;`],
    ["listen [::]:443 ssl;", `listen unix:${join(folder, "tls.sock")} ssl;`],
    ["/etc/ssl/quiz.example.org.pem", certificate],
    ["/etc/ssl/private/quiz.example.org.key", key],
    ["server 127.0.0.1:3000;", `server ${servers[0]};`],
  ];
  if (servers.length > 1) changes.push(["#hash ", "hash "], ["#server 127.0.0.1:3001;", `server ${servers[1]};`]);
  return changes.reduce((text, [from, to]) => {
    const parts = text.split(from);
    if (parts.length !== 2) throw new Error(`deploy/nginx.conf has "${from}" ${parts.length - 1} times`);
    return parts.join(to);
  }, FILE);
}

/** What a system's own nginx.conf does, for one that writes to no place but its folder. */
function main() {
  const kept = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `    ${name}_temp_path ${name};`);
  return `daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr warn;
events { worker_connections 4096; }
http {
    access_log off;
${kept.join("\n")}
    include parlor.conf;
}
`;
}

function run(folder) {
  const root = process.getuid() === 0;
  if (root) ["", "key.pem", "certificate.pem", "parlor.conf", "nginx.conf"].forEach((name) => chownSync(join(folder, name), NOBODY, NOBODY));
  // Debian keeps it where only root looks.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
  const args = ["-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")];
  return bound(spawn("nginx", args, { stdio: ["ignore", "ignore", "pipe"], env, ...(root ? { uid: NOBODY, gid: NOBODY } : {}) }));
}

/** When it accepts connections; fails with what it said if it ends before. */
async function listening(child, port) {
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  const ended = new Promise((_, reject) => {
    child.once("error", (error) => reject(new Error(`nginx cannot be started: ${error.message}`)));
    child.once("close", (code) => reject(new Error(`nginx ended with ${code}: ${said}`)));
  });
  const late = AbortSignal.timeout(START_MS);
  const reached = async () => {
    while (!(await accepts(port))) {
      if (late.aborted) throw new Error(`nginx accepts nothing after ${START_MS} ms: ${said}`);
    }
  };
  ended.catch(() => {});
  await Promise.race([ended, reached()]);
}
