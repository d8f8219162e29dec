// Holds the player's page to its size: it opens on phones, over whatever network the room has.
// It builds the site in memory, so that it measures the code as it stands.
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build, type Rolldown } from "vite";
import { beforeAll, describe, expect, it, vi } from "vitest";

import { LANGUAGES } from "../src/i18n/languages.ts";

/** All that a page loads, compressed, in bytes. */
const BUDGET = {
  "index.html": 73 * 1024,
  "host.html": 120 * 1024,
  "remote.html": 80 * 1024,
  "watch.html": 120 * 1024,
  "games.html": 80 * 1024,
  "arena.html": 80 * 1024,
};

/** What the player's form needs until it can be used: its document, and the script that keeps what is done to it. */
const FORM_BUDGET = 9.25 * 1024;

type Output = Rolldown.RolldownOutput["output"][number];

const outputs = new Map<string, Output>();

const ROOT = fileURLToPath(new URL("..", import.meta.url));

beforeAll(async () => {
  // As it is shipped: a test's own would make a site that warns.
  vi.stubEnv("NODE_ENV", "production");
  const built = (await build({
    root: ROOT,
    logLevel: "error",
    build: { write: false },
  })) as Rolldown.RolldownOutput;
  for (const output of built.output) outputs.set(output.fileName, output);
}, 60_000);

const content = (output: Output): string =>
  output.type === "chunk" ? output.code : Buffer.from(output.source).toString();

const PLAYERS = Array.from(Object.keys(LANGUAGES), (tag) =>
  tag === "en" ? "index.html" : `index.${tag}.html`,
);

/** The assets a page names, which includes every chunk its scripts import: the build lists those for preloading. */
function loadedBy(page: string): readonly string[] {
  const html = outputs.get(page);
  expect(html, page).toBeDefined();
  const named = html
    ? content(html).matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"(?! disabled)/g)
    : [];
  return Array.from(named, ([, file = ""]) => file);
}

/** The same, and what they load on their own when they are there: the connection, but no other language than the first. */
function loadedInAll(page: string): readonly string[] {
  const files = new Set(loadedBy(page));
  for (const file of files) {
    const output = outputs.get(file);
    if (output?.type !== "chunk") continue;
    for (const later of [...output.imports, ...output.dynamicImports]) {
      if (!isLanguage(later)) files.add(later);
    }
  }
  return [...files];
}

function isLanguage(file: string): boolean {
  const output = outputs.get(file);
  return output?.type === "chunk" && output.facadeModuleId?.includes("/src/i18n/") === true;
}

const compressedSize = (files: readonly string[]): number =>
  files
    .map((file) => outputs.get(file))
    .filter((output) => output !== undefined)
    .reduce((sum, output) => sum + gzipSync(content(output), { level: 9 }).length, 0);

describe.each(["index.html", "host.html", "remote.html", "watch.html", "games.html", "arena.html"] as const)(
  "%s",
  (page) => {
    it("is within its budget", () => {
      const files = [page, ...loadedInAll(page)];
      expect(files.length).toBeGreaterThan(3);
      expect(compressedSize(files)).toBeLessThan(BUDGET[page]);
    });

    it("names every chunk that its chunks import", () => {
      const files = new Set(loadedBy(page));
      for (const file of files) {
        const output = outputs.get(file);
        const imports = output?.type === "chunk" ? output.imports : [];
        expect(imports.filter((imported) => !files.has(imported))).toEqual([]);
      }
    });

    it("runs under a strict content security policy: no script inline, nothing from elsewhere", () => {
      const output = outputs.get(page);
      const html = output ? content(output) : "";
      expect(html).toContain("<script");
      expect(html).not.toMatch(/<script(?![^>]*\ssrc="\/)/);
      expect(html).not.toMatch(/\sstyle=|\son\w+=|(?:src|href)="(?:https?:)?\/\//);
    });
  },
);

describe.each(PLAYERS)("%s", (page) => {
  const html = (): string => {
    const output = outputs.get(page);
    return output ? content(output) : "";
  };

  it("holds a form that can be used when it and one small script are there", () => {
    expect(html()).toMatch(/<form[^]*id="code"[^]*id="name"[^]*<\/form>/);
    const [first = ""] = /assets\/first-[^"]+\.js/.exec(html()) ?? [];
    // Before the page's own code in the document, so it runs before it.
    expect(html().indexOf(first)).toBeLessThan(html().indexOf('type="module"'));
    expect(outputs.get(first)).toBeDefined();
    expect(compressedSize([page, first])).toBeLessThan(FORM_BUDGET);
  });

  it("has all styles in it, also those of what comes later", () => {
    expect(loadedInAll(page).filter((file) => file.endsWith(".css"))).toEqual([]);
    const brought = loadedInAll(page).flatMap((file) => {
      const output = outputs.get(file);
      return output?.type === "chunk" ? [...(output.viteMetadata?.importedCss ?? [])] : [];
    });
    expect(brought.length).toBeGreaterThan(1);
    for (const sheet of brought) {
      expect(html()).toContain(`href="/${sheet}" disabled`);
      const styles = outputs.get(sheet);
      expect(html()).toContain(styles ? content(styles).trim() : sheet);
    }
  });

  it("asks for no more at a time than browsers do", () => {
    expect(loadedBy(page).length).toBeLessThanOrEqual(page === "index.html" ? 6 : 7);
  });
});

/** What these files were made of, by the path from here: the folders above it may have any name. */
const modulesOf = (files: readonly string[]): readonly string[] =>
  files.flatMap((file) => {
    const output = outputs.get(file);
    return output?.type === "chunk" ? output.moduleIds.map((id) => id.replace(ROOT, "")) : [];
  });

it("puts what a seat shows after the form", () => {
  const isLater = (id: string): boolean => id.endsWith("/screens/play/Seated.svelte");
  expect(modulesOf(loadedBy("index.html")).filter(isLater)).toEqual([]);
  expect(modulesOf(loadedInAll("index.html")).filter(isLater)).not.toEqual([]);
});

it("leaves the host's part and the games' out of the player's page", () => {
  const play = modulesOf(loadedBy("index.html"));
  expect(play.length).toBeGreaterThan(50);
  expect(play.filter((id) => /screens\/(?:host|games|arena)|arena|i18n\/games|uqr/.test(id))).toEqual([]);
});

it("leaves every language but English to those who speak it, and keeps the player's page in its budget with any", () => {
  const play = loadedBy("index.html");
  const others = Array.from(outputs.values()).filter(
    (output) => output.type === "chunk" && output.facadeModuleId?.includes("/src/i18n/"),
  );
  expect(others.length).toBe(Object.keys(LANGUAGES).length - 1);
  for (const { fileName } of others) {
    expect(play).not.toContain(fileName);
    expect(compressedSize([...play, fileName])).toBeLessThan(BUDGET["index.html"]);
  }
});
