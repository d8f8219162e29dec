// A table as text that spreadsheets open: rows of cells with something between them.
// It knows nothing of what is in them, and lets no text become a formula.

/** Text, a number, or nothing. */
export type Cell = string | number | undefined;

/** Tells a spreadsheet that what follows is UTF-8. */
const MARK = "\uFEFF";

/** What a spreadsheet takes for the beginning of a formula, in either width; also behind what it skips. */
const FORMULA = /^[\s\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/** The table, with this between two cells. */
export function csv(rows: readonly (readonly Cell[])[], separator: string): string {
  return MARK + rows.map((row) => `${row.map(written).join(separator)}\r\n`).join("");
}

function written(cell: Cell): string {
  if (typeof cell !== "string") return cell === undefined ? "" : String(cell);
  const harmless = FORMULA.test(cell) ? `'${cell}` : cell;
  return `"${harmless.replaceAll('"', '""')}"`;
}

/** A name for a file that every system takes, or this other one if nothing is left of it. */
export function fileName(title: string, otherwise: string): string {
  const kept = title
    .replace(/[\p{Cc}\p{Cf}"*/:<>?\\|]+/gu, " ")
    .replace(/^[\s.]+|[\s.]+$/g, "")
    .replace(/\s+/g, " ");
  return kept === "" ? otherwise : kept;
}
