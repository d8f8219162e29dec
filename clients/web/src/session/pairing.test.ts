import { expect, it } from "vitest";

import type { RemoteLink } from "../state/remotelink.ts";
import type { Ack, Requests } from "../wire.ts";
import { keepRemoteLink } from "./keep.ts";
import { Pairing } from "./pairing.svelte.ts";

const ROOM = "123456";

function store(): Storage {
  const held = new Map<string, string>();
  return {
    getItem: (name: string) => held.get(name) ?? null,
    setItem: (name: string, value: string) => void held.set(name, value),
    removeItem: (name: string) => void held.delete(name),
  } as Storage;
}

function pairing(...acks: Ack<Requests["remote"]["get"]>[]) {
  const keep = keepRemoteLink("host", () => kept);
  const kept = store();
  const asked: object[] = [];
  const made = new Pairing((say) => {
    asked.push(say);
    return Promise.resolve(acks.shift() ?? { ok: false, code: "offline", message: "" });
  }, keep);
  return { made, keep, asked };
}

it("keeps the link it made, for its room alone", async () => {
  const { made, keep, asked } = pairing({ ok: true, key: "k" });
  expect(made.linkTo(ROOM)).toBeUndefined();
  await made.make(ROOM);
  const link: RemoteLink = { room: ROOM, key: "k" };
  expect([made.linkTo(ROOM), made.linkTo("654321"), keep.read()]).toEqual([link, undefined, link]);
  expect(new Pairing(() => Promise.reject(new Error("not asked")), keep).linkTo(ROOM)).toEqual(link);
  expect(asked).toEqual([{}]);
});

it("has no link once it is taken back", async () => {
  const { made, keep, asked } = pairing({ ok: true, key: "k" }, { ok: true });
  await made.make(ROOM);
  await made.revoke(ROOM);
  expect([made.linkTo(ROOM), keep.read()]).toEqual([undefined, undefined]);
  expect(asked).toEqual([{}, { revoke: true }]);
});

it("says why not, and goes on with what there was", async () => {
  const { made } = pairing({ ok: true, key: "k" });
  await made.make(ROOM);
  await made.revoke(ROOM);
  expect(made.fault?.code).toBe("offline");
  expect(made.linkTo(ROOM)?.key).toBe("k");
  expect(made.busy).toBe(false);
});
