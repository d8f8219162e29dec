import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type { Link, Listener } from "./link.ts";
import { lateLink } from "./late.ts";

const REFUSED = { ok: false, code: "offline", message: "no" } as const;

/** A link that notes what is asked of it. */
function noted(): { link: Link; calls: string[] } {
  const calls: string[] = [];
  const note = (call: string) => () => void calls.push(call);
  const link: Link = {
    isUp: () => true,
    open: note("open"),
    close: note("close"),
    reopen: note("reopen"),
    request: (event) => {
      calls.push(event);
      return Promise.resolve({ ok: true } as never);
    },
    listen: () => {
      calls.push("listen");
      return note("unlisten");
    },
  };
  return { link, calls };
}

const listener = {} as Listener;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it("does what was asked of it before its code came, in order", async () => {
  const { link, calls } = noted();
  const late = lateLink(
    () => Promise.resolve(link),
    () => REFUSED,
  );
  late.listen(listener);
  late.open();
  expect(late.isUp()).toBe(false);
  const answer = late.request("leave", {});
  await expect(answer).resolves.toEqual({ ok: true });
  expect(calls).toEqual(["open", "listen", "leave"]);
  expect(late.isUp()).toBe(true);
});

it("does not do what was taken back meanwhile", async () => {
  const { link, calls } = noted();
  const late = lateLink(
    () => Promise.resolve(link),
    () => REFUSED,
  );
  late.open();
  const unlisten = late.listen(listener);
  late.close();
  unlisten();
  await vi.runAllTimersAsync();
  expect(calls).toEqual([]);
});

it("tries again until its code comes, and refuses what can't wait for it", async () => {
  const { link, calls } = noted();
  let tries = 0;
  const late = lateLink(
    () => {
      tries += 1;
      return tries > 7 ? Promise.resolve(link) : Promise.reject(new Error("offline"));
    },
    () => REFUSED,
  );
  late.open();
  const answer = late.request("leave", {});
  await vi.advanceTimersByTimeAsync(5_500);
  await expect(answer).resolves.toEqual(REFUSED);
  await vi.advanceTimersByTimeAsync(5_000);
  expect([tries, calls]).toEqual([8, ["open"]]);
});

it("passes everything on once its code is there", async () => {
  const { link, calls } = noted();
  const late = lateLink(
    () => Promise.resolve(link),
    () => REFUSED,
  );
  await vi.runAllTimersAsync();
  late.open();
  late.reopen();
  late.listen(listener)();
  late.close();
  expect(calls).toEqual(["open", "reopen", "listen", "unlisten", "close"]);
});
