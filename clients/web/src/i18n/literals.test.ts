// That components hold no words of their own: what a person sees or hears comes from the catalogue, whatever its language.
// What scripts put together is for readers to find.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { type AST, parse } from "svelte/compiler";
import { expect, it } from "vitest";

/** What is read out or shown of an element's attributes, and what this site's components call theirs. */
const SAID = new Set(
  "alt aria-label aria-description aria-roledescription placeholder title label words hint action".split(" "),
);

const LETTERS = /\p{L}/u;

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;

/** The words that a part of a component's markup holds itself. */
function literals(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(literals);
  if (!isNode(node)) return [];
  if (node["type"] === "Text") return LETTERS.test(String(node["data"])) ? [String(node["data"]).trim()] : [];
  if (node["type"] === "Attribute" && !SAID.has(String(node["name"]))) return [];
  // What stands in an expression is a script's, and a directive says nothing.
  if (/(?:Tag|Directive)$/.test(String(node["type"]))) return [];
  return [
    "fragment",
    "nodes",
    "attributes",
    "value",
    "body",
    "fallback",
    "consequent",
    "alternate",
    "pending",
  ]
    .concat("then", "catch")
    .flatMap((part) => literals(node[part]));
}

const wordsIn = (component: string): string[] => {
  const root: AST.Root = parse(component, { modern: true });
  return literals(root.fragment);
};

it("finds words wherever markup says them", () => {
  const said = `<p>One {two}</p>{#if three}<img alt="Four" />{:else}<b title="Five {six}">7</b>{/if}
    {#each eight as nine}Ten{:else}Eleven{/each}{#snippet twelve()}Thirteen{/snippet}
    <Notice words="Fourteen" />`;
  expect(wordsIn(said)).toEqual(["One", "Four", "Five", "Ten", "Eleven", "Thirteen", "Fourteen"]);
  expect(
    wordsIn(
      `<p class="one" id="two" style:width="calc({1}px)">{three("four")} · 5 / 6</p><style>p { color: red; }</style>`,
    ),
  ).toEqual([]);
});

it("holds for every component of the site", () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".svelte"),
  );
  expect(files.length).toBeGreaterThan(30);
  const found = files.flatMap((file) =>
    wordsIn(readFileSync(root + file, "utf8")).map((words) => `${file}: ${words}`),
  );
  expect(found).toEqual([]);
});
