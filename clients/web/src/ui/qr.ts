// A QR code's dark squares as one SVG path, run by run.
// Which squares are dark is the encoder's to say.

/** The path's data, one unit a square. */
export function squares(rows: readonly (readonly boolean[])[]): string {
  const runs: string[] = [];
  rows.forEach((row, y) => {
    let from = 0;
    for (let x = 0; x <= row.length; x += 1) {
      if (row[x]) continue;
      if (x > from) runs.push(`M${from} ${y}h${x - from}v1h${from - x}z`);
      from = x + 1;
    }
  });
  return runs.join("");
}
