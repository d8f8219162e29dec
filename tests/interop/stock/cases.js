// The table of cases, as JavaScript reads it: what is sent, and whether what came is what was to come.
// It connects nothing.
import { readFileSync } from "node:fs";

const table = JSON.parse(readFileSync(new URL("cases.json", import.meta.url), "utf8"));

/** All that this client is to do on these ways: one group for each way, transport and parser. */
export function groups(client, ways) {
  const { parsers, lacks } = table.clients[client];
  const all = [];
  for (const way of ways) {
    for (const [kind, carried] of Object.entries(table.ways[way.name])) {
      for (const parser of parsers) {
        const lack = (needs = []) => [kind, ...needs].map((need) => lacks[need] ?? lacks[`${need} by ${carried}`]).find(Boolean);
        const here = table.cases.filter(({ server }) => server === way.server);
        const cases = here.map(({ name, steps, needs }) => ({ name, steps, lack: lack(needs) }));
        all.push({ about: `${client}, ${parser}, ${kind}, ${way.name}, ${way.server}`, way, kind, carried, parser, cases });
      }
    }
  }
  return all;
}

/** A value of the table as it is sent. */
export function sent(value) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(sent);
  if ("$bytes" in value) return Buffer.from(value.$bytes, "base64");
  if ("$text" in value) return "x".repeat(value.$text);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, sent(each)]));
}

/** Whether what came is this value of the table. */
export function matches(came, value) {
  if (value === null || typeof value !== "object") return came === value;
  if (Array.isArray(value)) {
    return Array.isArray(came) && came.length === value.length && value.every((each, at) => matches(came[at], each));
  }
  if ("$any" in value) return came !== undefined;
  if ("$bytes" in value) return bytes(came)?.equals(sent(value)) === true;
  if ("$text" in value) return came === sent(value);
  if (came === null || typeof came !== "object" || Array.isArray(came) || bytes(came)) return false;
  const { $more, ...said } = value;
  return ($more || Object.keys(came).length === Object.keys(said).length) &&
    Object.entries(said).every(([key, each]) => Object.hasOwn(came, key) && matches(came[key], each));
}

function bytes(came) {
  if (came instanceof ArrayBuffer) return Buffer.from(came);
  return ArrayBuffer.isView(came) ? Buffer.from(came.buffer, came.byteOffset, came.byteLength) : undefined;
}
