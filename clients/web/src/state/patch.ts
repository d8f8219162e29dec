// RFC 7396 merge patches: a new value from an old one and what changed.
// It never changes its arguments, and knows nothing of what the values mean.
import type { Json } from "../wire.ts";

type JsonObject = Readonly<Record<string, Json>>;

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `target` with `patch` merged into it: objects key by key, null removes, all else replaces. */
export function merge(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) merged.delete(key);
    else merged.set(key, merge(merged.get(key), change));
  }
  // Entries define own properties, so a key such as "__proto__" stays a key.
  return Object.fromEntries(merged);
}
