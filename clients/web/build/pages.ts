// The site's pages as documents: what the heads of all have in common is put into each, whose file holds only what it alone has;
// and the dev server has the paths that the real one has: /host, /remote, /watch, /games, /games/arena, /join/<code> and /watch/<code>.
// The form that the build puts into the player's page is not in it there: its script puts it on the page.
// It maps no path in the build, whose files the real server maps itself.
import type { Plugin } from "vite";

const HEAD = [
  `<meta charset="utf-8" />`,
  `<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />`,
  `<meta name="theme-color" media="(prefers-color-scheme: light)" content="#f6f3ec" />`,
  `<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#101618" />`,
  `<link rel="icon" href="/favicon.svg" type="image/svg+xml" />`,
];

/** Where the page's code puts what it shows. */
const BODY = [`<div id="app"></div>`];

const begun = (html: string, part: "head" | "body", lines: readonly string[]): string => {
  const tag = `<${part}>`;
  if (!html.includes(tag)) throw new Error(`a page has no ${tag}`);
  return html.replace(tag, [tag, ...lines].join("\n    "));
};

/** A page's file with what every page has. */
export function whole(html: string): string {
  return begun(begun(html, "head", HEAD), "body", BODY);
}

/** The HTML file that answers a path, if it is one of the site's own pages. */
export function pageFor(path: string): string | undefined {
  if (path === "/host" || path === "/host/") return "/host.html";
  if (path === "/remote" || path === "/remote/") return "/remote.html";
  if (path === "/watch" || path.startsWith("/watch/")) return "/watch.html";
  if (path === "/games" || path === "/games/") return "/games.html";
  if (path === "/games/arena") return "/arena.html";
  if (path.startsWith("/join/")) return "/index.html";
  return undefined;
}

export function pages(): Plugin {
  return {
    name: "parlor-pages",
    // Before the bundler reads what the page names.
    transformIndexHtml: { order: "pre", handler: whole },
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        const [path = "/", query] = (request.url ?? "/").split("?", 2);
        const page = pageFor(path);
        if (page !== undefined) request.url = query === undefined ? page : `${page}?${query}`;
        next();
      });
    },
  };
}
