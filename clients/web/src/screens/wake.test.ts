import { expect, it } from "vitest";

import { keepAwake, type Locks } from "./wake.ts";

/** A page that can be hidden, and locks that are counted. */
function made(): {
  page: EventTarget & { visibilityState: DocumentVisibilityState };
  locks: Locks;
  held: () => number;
} {
  const page = Object.assign(new EventTarget(), { visibilityState: "visible" as DocumentVisibilityState });
  let held = 0;
  const locks: Locks = {
    request: () => {
      held += 1;
      let released = false;
      return Promise.resolve({
        release: () => {
          if (!released) held -= 1;
          released = true;
          return Promise.resolve();
        },
      });
    },
  };
  return { page, locks, held: () => held };
}

const settled = (): Promise<void> => Promise.resolve().then(() => undefined);

it("holds one lock, asked for again each time the page is shown", async () => {
  const { page, locks, held } = made();
  const stop = keepAwake(locks, page);
  await settled();
  expect(held()).toBe(1);
  page.visibilityState = "hidden";
  page.dispatchEvent(new Event("visibilitychange"));
  page.visibilityState = "visible";
  page.dispatchEvent(new Event("visibilitychange"));
  await settled();
  expect(held()).toBe(1);
  stop();
  expect(held()).toBe(0);
  page.dispatchEvent(new Event("visibilitychange"));
  await settled();
  expect(held()).toBe(0);
});

it("keeps none that comes when it is no longer wanted", async () => {
  const { page, locks, held } = made();
  keepAwake(locks, page)();
  await settled();
  expect(held()).toBe(0);
});

it("asks for none behind other pages", async () => {
  const { page, locks, held } = made();
  page.visibilityState = "hidden";
  keepAwake(locks, page);
  await settled();
  expect(held()).toBe(0);
});

it("says nothing where there are none, or none is given", async () => {
  const { page } = made();
  keepAwake(null, page)();
  const stop = keepAwake({ request: () => Promise.reject(new Error("battery")) }, page);
  await settled();
  stop();
});
