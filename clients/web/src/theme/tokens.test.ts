// Every ink can be read on its ground, in light and in dark: WCAG 2.2, 1.4.3 (AA).
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("tokens.css", import.meta.url), "utf8");
const [light = "", dark = ""] = css.split("@media (prefers-color-scheme: dark)");

const coloursIn = (part: string): [string, string][] =>
  Array.from(part.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g), ([, name = "", colour = ""]) => [name, colour]);

const THEMES = {
  light: new Map(coloursIn(light)),
  dark: new Map([...coloursIn(light), ...coloursIn(dark)]),
};

const READ: [ink: string, ground: string][] = [
  ["ink", "paper"],
  ["ink", "surface"],
  ["ink", "sunken"],
  ["ink", "accent-soft"],
  ["ink", "good-soft"],
  ["ink-soft", "paper"],
  ["ink-soft", "surface"],
  ["ink-soft", "sunken"],
  ["ink-soft", "accent-soft"],
  ["accent", "paper"],
  ["accent", "surface"],
  ["accent-ink", "accent"],
  ["accent-ink", "accent-hover"],
  ["good", "surface"],
  ["good", "good-soft"],
  ["good", "accent-soft"],
  ["bad", "paper"],
  ["bad", "surface"],
  ["bad", "bad-soft"],
  ["warn", "surface"],
  ["warn", "warn-soft"],
  ...Array.from({ length: 8 }, (_, at): [string, string] => [`choice-${at + 1}-ink`, `choice-${at + 1}`]),
];

/** Borders of controls, the focus ring, and the line around an avatar: WCAG 2.2, 1.4.11. */
const SEEN: [string, string][] = [
  ["line-strong", "surface"],
  ["focus", "paper"],
  ["focus", "surface"],
  ["accent", "sunken"],
  ["face-rim", "paper"],
  ["face-rim", "surface"],
];

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

describe.each(["light", "dark"] as const)("%s", (theme) => {
  const of = (name: string): string => {
    const colour = THEMES[theme].get(name);
    if (colour === undefined) throw new Error(`no colour --${name}`);
    return colour;
  };

  it.each(READ)("%s can be read on %s", (ink, ground) => {
    expect(contrast(of(ink), of(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(SEEN)("%s can be seen on %s", (line, ground) => {
    expect(contrast(of(line), of(ground))).toBeGreaterThanOrEqual(3);
  });
});
