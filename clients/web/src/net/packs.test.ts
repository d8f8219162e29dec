import { expect, it } from "vitest";

import { fetchPack, fetchPacks } from "./packs.ts";

const answer = (status: number, body: unknown): typeof fetch =>
  (() => Promise.resolve(Response.json(body, { status }))) as unknown as typeof fetch;

it("lists the packs, and sends the key in a header only", async () => {
  const asked: [unknown, RequestInit | undefined][] = [];
  const pack = { id: "a", title: "A", questions: 3, kinds: ["single"] };
  const get = ((url: unknown, init?: RequestInit) => {
    asked.push([url, init]);
    return Promise.resolve(Response.json({ packs: [pack, null, { id: 1 }] }));
  }) as unknown as typeof fetch;
  expect(await fetchPacks("k", get)).toEqual({ ok: true, packs: [pack] });
  expect(asked).toEqual([["/api/packs", { headers: { Authorization: "Bearer k" } }]]);
});

it("fetches one pack whole by its id", async () => {
  const whole = { title: "A", questions: [] };
  const asked: unknown[] = [];
  const get = ((url: unknown) => {
    asked.push(url);
    return Promise.resolve(Response.json(whole));
  }) as unknown as typeof fetch;
  expect(await fetchPack("k", "a/b", get)).toEqual({ ok: true, pack: whole });
  expect(asked).toEqual(["/api/packs/a%2Fb"]);
  expect(await fetchPack("k", "a", answer(200, { title: 1 }))).toMatchObject({
    ok: false,
    code: "no_answer",
  });
  expect(await fetchPack("k", "a", answer(404, { code: "unknown_pack", message: "No." }))).toMatchObject({
    ok: false,
    code: "unknown_pack",
  });
});

it("passes the server's refusal on", async () => {
  const said = await fetchPacks("k", answer(401, { code: "bad_key", message: "No." }));
  expect(said).toEqual({ ok: false, code: "bad_key", message: "No." });
});

it("sends no key that no header can hold", async () => {
  expect(await fetchPacks("clé\n", answer(200, { packs: [] }))).toMatchObject({ ok: false, code: "bad_key" });
});

it("is offline when nothing answers, and does not trust a strange answer", async () => {
  const nothing = (() => Promise.reject(new TypeError("failed"))) as unknown as typeof fetch;
  expect(await fetchPacks("k", nothing)).toMatchObject({ ok: false, code: "offline" });
  expect(await fetchPacks("k", answer(200, { other: 1 }))).toMatchObject({ ok: false, code: "no_answer" });
  expect(await fetchPacks("k", answer(500, null))).toMatchObject({ ok: false });
});
