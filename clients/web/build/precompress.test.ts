import { brotliDecompressSync, gunzipSync } from "node:zlib";

import { expect, it } from "vitest";

import { compressed, isText } from "./precompress.ts";

it("gives back what was compressed, either way", async () => {
  const bytes = Buffer.from("the same words ".repeat(100));
  const forms = await compressed(bytes);
  expect(brotliDecompressSync(forms.get(".br") ?? "").equals(bytes)).toBe(true);
  expect(gunzipSync(forms.get(".gz") ?? "").equals(bytes)).toBe(true);
});

it("leaves alone what would only grow", async () => {
  expect((await compressed(Buffer.from("a"))).size).toBe(0);
});

it("knows text from pictures and from its own output", () => {
  expect(["a.js", "b.svg", "c.png", "a.js.br"].map(isText)).toEqual([true, true, false, false]);
});
