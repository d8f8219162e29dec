import { expect, it } from "vitest";

import { csv, fileName } from "./csv.ts";

const of = (...cells: (string | number | undefined)[]): string => csv([cells], ",").slice(1).trimEnd();

it("writes text in quotes, numbers without, nothing as nothing, and says that it is UTF-8", () => {
  const rows = [
    ["Rank", "Name"],
    [1, "Zoë"],
    [undefined, ""],
  ];
  expect(csv(rows, ";")).toBe('\uFEFF"Rank";"Name"\r\n1;"Zoë"\r\n;""\r\n');
});

it("keeps quotes, separators and line breaks within their cell", () => {
  expect(of('say "hi", Bo\nand Cy')).toBe('"say ""hi"", Bo\nand Cy"');
});

it.each(["=1+1", "+1", "-1", "@SUM(A1)", "＝1", " =1", "\t=1", "\u200B=1", "\rx"])(
  "lets %j be no formula",
  (text) => {
    expect(of(text)).toBe(`"'${text}"`);
  },
);

it("leaves names alone that only contain such a sign", () => {
  expect(of("Ann-Marie", "a=b", 'O"Neil')).toBe('"Ann-Marie","a=b","O""Neil"');
});

it("names a file as every system can", () => {
  expect(fileName('What? A/B: <the "test"> | v1.', "x")).toBe("What A B the test v1");
  expect(fileName("..\\..", "x")).toBe("x");
  expect(fileName("Fragen für Zoë", "x")).toBe("Fragen für Zoë");
});
