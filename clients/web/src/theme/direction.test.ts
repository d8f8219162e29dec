// That no style says left or right where it means the start or the end of a line: right-to-left scripts mirror the page.
// What has no logical word in CSS is written with --inline-start and --inline-sign of tokens.css.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect, it } from "vitest";

const SIDED = /^(?:(?:scroll-)?(?:margin|padding)-|border-)?(?:left|right)(?:-(?:width|style|color))?$/;
const SIDED_CORNER = /^border-(?:top|bottom)-(?:left|right)-radius$/;
const FOUR_SIDED = /^(?:(?:scroll-)?(?:margin|padding)|inset|border-(?:width|style|color))$/;
const PLACED =
  /^(?:text-align|float|clear|transform-origin|background(?:-image|-position)?|object-position)$/;
/** A move along the line, unless by nothing. */
const MOVED = /translate(?:X|3d)?\(\s*(?!0[\s,)])/;

/** A value's words, parentheses kept together. */
const words = (value: string): string[] => value.match(/(?:[^\s(]|\((?:[^()]|\([^()]*\))*\))+/g) ?? [];

/** Whether the right side of a box's four values is its left side mirrored. */
function isEven(value: string): boolean {
  const [, right, , left] = words(value);
  return left === undefined || left === right;
}

/** The same of a box's four corners, clockwise from the top left. */
function hasEvenCorners(value: string): boolean {
  const [a = "", b = a, c = a, d = b] = words(value);
  return a === b && c === d;
}

/** The declarations that a page read from right to left would show the wrong way round. */
function physical(css: string): string[] {
  const declarations = css.replace(/\/\*[^]*?\*\//g, "").matchAll(/([\w-]+)\s*:\s*([^;{}]+)(?=[;}])/g);
  return Array.from(declarations)
    .filter(([, name = "", value = ""]) => {
      // A device's notches are where they are, however its owner reads.
      if (value.includes("safe-area-inset")) return false;
      if (SIDED.test(name) || SIDED_CORNER.test(name)) return true;
      if (FOUR_SIDED.test(name)) return !isEven(value);
      if (name === "border-radius") return !hasEvenCorners(value);
      if (PLACED.test(name)) return /\b(?:left|right)\b/.test(value);
      return /^(?:transform|translate)$/.test(name) && MOVED.test(value) && !value.includes("--inline-sign");
    })
    .map(([declaration]) => declaration);
}

/** The styles in a file: all of a style sheet, and of a component its style block and the directives in its markup. */
function stylesIn(file: string, content: string): string {
  if (file.endsWith(".css")) return content;
  const blocks = Array.from(content.matchAll(/<style[^>]*>([^]*?)<\/style>/g), ([, css = ""]) => css);
  const directives = Array.from(content.matchAll(/\sstyle:([\w-]+)=/g), ([, name = ""]) => `${name}: set;`);
  return [...blocks, ...directives].join("\n");
}

it("finds what says left or right", () => {
  const wrong = [
    "left: 0",
    "margin-left: auto",
    "border-right: 1px solid red",
    "padding: 1px 2px 3px 4px",
    "border-radius: 1px 0 0 1px",
    "border-top-left-radius: 1px",
    "text-align: right",
    "transform-origin: top left",
    "background: linear-gradient(to right, red, blue)",
    "transform: translateX(-1rem)",
    "transform: rotate(3deg) translate(calc(1px + (2px * 3)), 0)",
  ];
  expect(physical(`a { ${wrong.join("; ")}; }`)).toEqual(wrong);
});

it("lets be what is the same either way", () => {
  const right = [
    "margin-inline-start: auto",
    "padding: 1px calc(2px + 1px) 3px calc(2px + 1px)",
    "border-radius: 1px 1px 0 0",
    "text-align: start",
    "transform: translateY(2px) translate(0, 1px)",
    "transform: translateX(calc(var(--inline-sign) * 1rem))",
    "transform-origin: var(--inline-start)",
    "padding: 0 env(safe-area-inset-right) 0 env(safe-area-inset-left)",
  ];
  expect(physical(`a:hover { ${right.join("; ")}; } /* left: 0; */`)).toEqual([]);
});

it("holds for every style of the site", () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.(?:css|svelte)$/.test(file),
  );
  expect(files.length).toBeGreaterThan(30);
  const found = files.flatMap((file) =>
    physical(stylesIn(file, readFileSync(root + file, "utf8"))).map(
      (declaration) => `${file}: ${declaration}`,
    ),
  );
  expect(found).toEqual([]);
});
