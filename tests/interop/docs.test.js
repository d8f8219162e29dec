// The examples in the documents that are not Rust: each is read as its language reads it. Nothing is run.
// Those in Rust are compiled by `cargo test`, which also knows the languages that there may be (`tests/tidy/blocks.rs`).
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const ts = createRequire(new URL("../../clients/sdk/package.json", import.meta.url))("typescript");

/** What is wrong with the text; nothing if it can be read. */
const READERS = {
  js: (text) => script(text, "example.js"),
  ts: (text) => script(text, "example.ts"),
  python: (text) => said("python3", ["-c", "import ast, sys; ast.parse(sys.stdin.read())"], text),
  // Of another library, which is not among ours: it is read and not compiled.
  rs: (text) => said("rustfmt", ["--edition", "2024", "--emit", "stdout"], `fn example() {\n${text}\n}\n`),
};

function script(text, fileName) {
  const { diagnostics } = ts.transpileModule(text, { fileName, reportDiagnostics: true, compilerOptions: { target: "esnext" } });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")).join("\n");
}

function said(program, args, text) {
  const { status, stderr, error } = spawnSync(program, args, { input: text, encoding: "utf8" });
  return status === 0 ? "" : `${program}: ${error?.message ?? stderr}`;
}

async function documents() {
  const pages = (await readdir(`${ROOT}docs`)).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`);
  return ["README.md", "clients/sdk/README.md", ...pages];
}

/** The fenced blocks of a document in these languages. */
async function* examples(path) {
  const text = await readFile(`${ROOT}${path}`, "utf8");
  for (const { 1: language, 2: block, index } of text.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
    if (language in READERS) yield { language, block, at: `${path}:${text.slice(0, index).split("\n").length}` };
  }
}

test("every example in the documents can be read", async () => {
  const read = Object.fromEntries(Object.keys(READERS).map((language) => [language, 0]));
  for (const path of await documents()) {
    for await (const { language, block, at } of examples(path)) {
      assert.equal(READERS[language](block), "", at);
      read[language] += 1;
    }
  }
  for (const [language, count] of Object.entries(read)) assert.ok(count > 0, `none in ${language}`);
});

test("an example that cannot be read is found", () => {
  const broken = { js: "const = 1;", ts: "let a: = 1;", python: "def f(:", rs: "let = 1;" };
  for (const [language, text] of Object.entries(broken)) assert.notEqual(READERS[language](text), "", language);
});
