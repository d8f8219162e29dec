import { expect, it } from "vitest";

import { pageFor, whole } from "./pages.ts";

it("knows the site's own pages", () => {
  expect(["/host", "/join/123456", "/games", "/games/arena", "/", "/assets/x.js"].map(pageFor)).toEqual([
    "/host.html",
    "/index.html",
    "/games.html",
    "/arena.html",
    undefined,
    undefined,
  ]);
});

it("puts into a page what all have, and leaves what it alone has", () => {
  const own = `<title>Arena</title>\n  </head>\n  <body>\n    <script type="module" src="/src/arena.ts"></script>`;
  const html = whole(`<html lang="en">\n  <head>\n    ${own}\n  </body>\n</html>\n`);
  // Within the first 1,024 bytes, as browsers look for it there.
  expect(html.indexOf(`<meta charset="utf-8" />`)).toBeGreaterThan(0);
  expect(html.indexOf(`<meta charset="utf-8" />`)).toBeLessThan(200);
  for (const part of ['name="viewport"', 'rel="icon"', '<div id="app"></div>', "<title>Arena</title>"]) {
    expect(html.split(part)).toHaveLength(2);
  }
  expect(html.indexOf('<div id="app">')).toBeLessThan(html.indexOf("<script"));
});

it("says so where a page has no place for it", () => {
  expect(() => whole("<title>Arena</title>")).toThrow("<head>");
});
