// That what components put together of words, numbers and names stands apart from what is around it, in a <bdi>: "+940" and
// "4 / 10" keep their order on a page that is read from right to left, and turn nothing beside them.
// What attributes say is one text each, which nothing stands beside.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { parse } from "svelte/compiler";
import { expect, it } from "vitest";

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;

/** The catalogue's member that an expression says with something given to it: "text.points"; undefined for any other. */
function said(node: unknown): string | undefined {
  if (!isNode(node) || node["type"] !== "CallExpression") return undefined;
  const path: string[] = [];
  let at = node["callee"];
  while (isNode(at) && at["type"] === "MemberExpression") {
    if (isNode(at["property"])) path.unshift(String(at["property"]["name"]));
    at = at["object"];
  }
  const root = isNode(at) ? String(at["name"]) : "";
  return /^(?:text|gamesText|words)$/.test(root) && path.length > 0 ? [root, ...path].join(".") : undefined;
}

/** All of these that an expression says. */
function saidIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(saidIn);
  if (!isNode(node)) return [];
  const own = said(node);
  return own === undefined ? Object.values(node).flatMap(saidIn) : [own];
}

/** Whether a number is all that these show: figures alone keep their order. */
const areFigures = (nodes: readonly unknown[]): boolean => {
  const shown = nodes.filter((node) => !isNode(node) || String(node["data"] ?? "x").trim() !== "");
  const [only] = shown;
  return shown.length === 1 && isNode(only) && said(only["expression"]) === "text.number";
};

/** What a part of a component's markup shows without such an element around it. */
function bare(node: unknown): string[] {
  if (Array.isArray(node)) return areFigures(node) ? [] : node.flatMap(bare);
  if (!isNode(node) || node["name"] === "bdi") return [];
  if (node["type"] === "ExpressionTag") return saidIn(node["expression"]);
  return "fragment nodes body fallback consequent alternate pending then catch"
    .split(" ")
    .flatMap((part) => bare(node[part]));
}

const bareIn = (component: string): string[] => bare(parse(component, { modern: true }).fragment);

it("finds what turns with the page, wherever markup says it", () => {
  const shown = `<p>{text.number(4)} / {text.number(10)}</p>{#if one}{text.gained(5)}{:else}{three ? text.points(3) : ""}{/if}
    {#each all as each}<li><b>{gamesText.list.seats(each)}</b></li>{/each}`;
  expect(bareIn(shown)).toEqual([
    "text.number",
    "text.number",
    "text.gained",
    "text.points",
    "gamesText.list.seats",
  ]);
});

it("lets be what stands apart, figures alone, plain words, and what is not shown", () => {
  const shown = `<bdi>{text.gained(5)}</bdi><td> {text.number(5)} </td><h1>{text.title}</h1><p title={text.points(1)}></p>`;
  expect(bareIn(shown)).toEqual([]);
});

it("holds for every component of the site", () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: "utf8" });
  const components = files.filter((file) => file.endsWith(".svelte"));
  expect(components.length).toBeGreaterThan(30);
  const found = components.flatMap((file) =>
    bareIn(readFileSync(root + file, "utf8")).map((shown) => `${file}: ${shown}`),
  );
  expect(found).toEqual([]);
});
