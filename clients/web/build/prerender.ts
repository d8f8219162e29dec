// Puts the player's form into the player's document, in a file a language, with all its styles and the script that keeps
// what is done to it: who opens the page can use it when its document is there, before its code is.
// What the form looks like is src/'s; what takes it over is src/play.ts.
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";

import { svelte } from "@sveltejs/vite-plugin-svelte";
import { build, type Plugin, type Rolldown } from "vite";

import type { prerendered, Prerendered } from "../src/prerender.ts";

const PAGE = "index.html";
const ENTRY = "play";

type Bundle = Rolldown.OutputBundle;

/** The script of a build of its own: one file, that imports nothing. */
async function built(options: Parameters<typeof build>[0]): Promise<string> {
  const { output } = (await build({
    ...options,
    configFile: false,
    logLevel: "error",
    root: fileURLToPath(new URL("..", import.meta.url)),
  })) as Rolldown.RolldownOutput;
  return output[0].code;
}

const first = (): Promise<string> =>
  built({
    build: {
      write: false,
      target: "es2022",
      rolldownOptions: { input: "src/first.ts", output: { format: "iife" } },
    },
  });

async function forms(): Promise<Prerendered[]> {
  const code = await built({
    plugins: [svelte()],
    ssr: { noExternal: true },
    build: { ssr: "src/prerender.ts", write: false, rolldownOptions: { output: { codeSplitting: false } } },
  });
  const module = (await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`)) as {
    prerendered: typeof prerendered;
  };
  return module.prerendered();
}

/** The entry, and every chunk it loads, at once or later, but for the languages that are not spoken. */
function chunksOf(bundle: Bundle, entry: string): Rolldown.OutputChunk[] {
  const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
  const found = new Set(chunks.filter(({ isEntry, name }) => isEntry && name === entry));
  for (const { imports, dynamicImports } of found) {
    for (const chunk of chunks) {
      if (imports.includes(chunk.fileName) || dynamicImports.includes(chunk.fileName)) found.add(chunk);
    }
  }
  return [...found];
}

const STYLESHEET = /\s*<link rel="stylesheet"[^>]*href="\/([^"]+)"[^>]*>/g;

/** The style sheets that the page names, in its order, and those that its later chunks bring. */
function sheetsOf(html: string, chunks: readonly Rolldown.OutputChunk[]): string[] {
  const named = Array.from(html.matchAll(STYLESHEET), ([, file = ""]) => file);
  const files = new Set([
    ...named,
    ...chunks.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]),
  ]);
  return [...files];
}

/** What is in these sheets, and that they are not to be fetched any more by what comes later. */
function inlined(bundle: Bundle, sheets: readonly string[]): string {
  const styles = sheets.map((sheet) => bundle[sheet]);
  const rules = styles.map((asset) => (asset?.type === "asset" ? String(asset.source).trim() : ""));
  const links = sheets.map((sheet) => `<link rel="stylesheet" href="/${sheet}" disabled>`);
  return `<style>${rules.join("")}</style>${links.join("")}`;
}

/** The files of what is imported later from `module`, if it has a chunk of its own, with the chunks it needs. */
function filesOf(chunks: readonly Rolldown.OutputChunk[], module: string): string[] {
  const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(module));
  return chunk ? [chunk.fileName, ...chunk.imports] : [];
}

function replaced(html: string, parts: readonly (readonly [RegExp, string])[]): string {
  return parts.reduce((result, [place, part]) => {
    if (!place.test(result)) throw new Error(`${PAGE} has no ${place.source}`);
    return result.replace(place, () => part);
  }, html);
}

export function prerender(): Plugin {
  return {
    name: "parlor-prerender",
    apply: "build",
    enforce: "post",
    async generateBundle(_, bundle) {
      const page = bundle[PAGE];
      if (page?.type !== "asset") return;
      const script = await first();
      const fileName = `assets/first-${createHash("sha256").update(script).digest("base64url").slice(0, 8)}.js`;
      this.emitFile({ type: "asset", fileName, source: script });
      const chunks = chunksOf(bundle, ENTRY);
      const sheets = sheetsOf(String(page.source), chunks);
      const html = String(page.source).replaceAll(STYLESHEET, "");
      for (const { language, dir, form, failing } of await forms()) {
        // Both will be asked for by what is asked for already.
        const later = [
          ...filesOf(chunks, `/src/i18n/${language}.ts`),
          ...filesOf(chunks, "/src/net/link.ts"),
        ];
        const preload = Array.from(new Set(later))
          .filter((file) => !html.includes(file))
          .map((file) => `  <link rel="modulepreload" crossorigin href="/${file}">\n  `)
          .join("");
        const source = replaced(html, [
          [/<html lang="en">/, `<html lang="${language}" dir="${dir}">`],
          [
            /<meta charset="utf-8" \/>/,
            `<meta charset="utf-8" />\n    <script defer src="/${fileName}"></script>`,
          ],
          [/<\/head>/, `${preload}${inlined(bundle, sheets)}\n  </head>`],
          [/<div id="app"><\/div>/, `<div id="app" class="unready">${form}</div>`],
          [/<\/body>/, `  <p id="failing" role="alert" hidden>${failing}</p>\n  </body>`],
        ]);
        if (language === "en") page.source = source;
        else this.emitFile({ type: "asset", fileName: PAGE.replace(".html", `.${language}.html`), source });
      }
    },
  };
}
