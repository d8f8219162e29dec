import { expect, it } from "vitest";

import { text } from "../i18n/text.svelte.ts";
import type { Refused } from "../wire.ts";
import { fault } from "./fault.ts";

/** A refusal, perhaps with a code that only a later server has. */
const no = (code: string, message = "From the server."): Refused => ({
  ok: false,
  code: code as Refused["code"],
  message,
});

it.each([
  ["unknown_room", "code"],
  ["room_full", "code"],
  ["locked", "code"],
  ["name_taken", "name"],
  ["name_invalid", "name"],
  ["bad_key", "key"],
  ["unknown_pack", "pack"],
  ["kicked", "form"],
  ["rate_limited", "form"],
])("says %s at the %s, in our words", (code, place) => {
  const said = fault(no(code));
  expect(said.place).toBe(place);
  expect(said.words).not.toBe("From the server.");
});

it("says the server's words for a code without words of our own", () => {
  expect(fault(no("too_many_cooks")).words).toBe("From the server.");
});

it("never says nothing, nor what an object inherits", () => {
  expect(fault(no("too_many_cooks", "")).words).toBe(text.refusals.unknown);
  expect(fault(no("toString")).words).toBe("From the server.");
});
