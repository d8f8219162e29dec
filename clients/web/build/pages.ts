// Gives the dev server the paths that the real server has: /host, /remote, /watch, /games,
// /games/arena, /join/<code> and /watch/<code>.
// The form that the build puts into the player's page is not in it there: its script puts it on the page.
// It changes nothing in the build, whose files the real server maps itself.
import type { Plugin } from "vite";

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
