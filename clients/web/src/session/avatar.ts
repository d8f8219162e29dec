// Which avatar whoever sits at this tab has: what was last chosen here, else one by chance.
// How it looks, and what else there is, it does not know.
import { anyAvatar } from "../state/avatar.ts";
import { type Keep, keepAvatar } from "./keep.ts";

export function ownAvatar(keep: Keep<number> = keepAvatar(), random: () => number = Math.random): number {
  const kept = keep.read();
  if (kept !== undefined) return kept;
  const avatar = anyAvatar(random);
  wear(avatar, keep);
  return avatar;
}

/** Keeps to this one from now on. */
export function wear(avatar: number, keep: Keep<number> = keepAvatar()): void {
  keep.write(avatar);
}
