import { describe, expect, it } from "vitest";

import type { PackAnswer, PacksAnswer } from "../net/packs.ts";
import { Desk } from "./desk.svelte.ts";
import type { Keep } from "./keep.ts";

function keep(held?: string): Keep<string> {
  return {
    read: () => held,
    write: (value) => {
      held = value;
    },
    forget: () => {
      held = undefined;
    },
  };
}

const PACKS = [{ id: "a", title: "A", questions: 1, kinds: [] }];
const server = (key: string): Promise<PacksAnswer> =>
  Promise.resolve(
    key === "right" ? { ok: true, packs: PACKS } : { ok: false, code: "bad_key", message: "No." },
  );
const nothing = (): Promise<PacksAnswer> => Promise.resolve({ ok: false, code: "offline", message: "Gone." });

const unseen = (): Promise<PackAnswer> => Promise.reject(new Error("asked"));

describe("Desk", () => {
  it("keeps a key that opens the packs", async () => {
    const kept = keep();
    const desk = new Desk(kept, server, unseen);
    await desk.enter(" right ");
    expect([desk.key, desk.packs, kept.read()]).toEqual(["right", PACKS, "right"]);
  });

  it("asks again for a key that doesn't, and says why", async () => {
    const kept = keep("wrong");
    const desk = new Desk(kept, server, unseen);
    await desk.load();
    expect([desk.key, kept.read(), desk.fault?.place]).toEqual([undefined, undefined, "key"]);
  });

  it("asks nobody about an empty key", async () => {
    const desk = new Desk(keep(), () => Promise.reject(new Error("asked")), unseen);
    await desk.enter("  ");
    expect(desk.fault?.code).toBe("key_empty");
  });

  it("keeps a key that nothing is known against", async () => {
    const kept = keep("right");
    const desk = new Desk(kept, nothing, unseen);
    await desk.load();
    expect([desk.key, kept.read(), desk.fault?.code]).toEqual(["right", "right", "offline"]);
  });

  it("looks at a pack, and at no other than the last", async () => {
    const [a, b] = ["a", "b"].map((id) => ({ id, title: id, questions: 1, kinds: [] }));
    if (!a || !b) throw new Error("two packs");
    const answers = new Map<string, (answer: PackAnswer) => void>();
    const desk = new Desk(
      keep("right"),
      server,
      (_, id) => new Promise((resolve) => answers.set(id, resolve)),
    );
    const first = desk.look(a);
    const second = desk.look(b);
    const whole = { title: "A", questions: [] };
    answers.get("a")?.({ ok: true, pack: whole });
    await first;
    expect(desk.preview).toEqual({ pack: b });
    answers.get("b")?.({ ok: false, code: "offline", message: "Gone." });
    await second;
    expect(desk.preview?.fault?.words).toBeTruthy();
    desk.lookAway();
    const third = desk.look(a);
    answers.get("a")?.({ ok: true, pack: whole });
    await third;
    expect(desk.preview).toEqual({ pack: a, whole });
    desk.forget();
    expect(desk.preview).toBeUndefined();
  });
});
