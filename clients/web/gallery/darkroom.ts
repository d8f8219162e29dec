// Makes grids of screenshots, and pictures of how they differ, in a page of the browser that took them: it has all the means.
// What a difference means is not its to say.
import { createHash } from "node:crypto";

import type { Browser, Page } from "playwright-core";

import { cellsOf, type Grid, type Shape } from "./grid.ts";

/** Letters of each script and weight that the scenes have. */
const SAMPLE = `<div id="sample" style="font: 20px system-ui, sans-serif">Hamburg 0123 <b>Jupiter</b> לאיזה כוכב …</div>`;

export interface Spot {
  readonly col: number;
  readonly row: number;
  readonly side: number;
}

export class Darkroom {
  private constructor(
    private readonly page: Page,
    /** The browser and its fonts. */
    readonly madeWith: string,
  ) {}

  static async of(browser: Browser): Promise<Darkroom> {
    const page = await (await browser.newContext({ viewport: { width: 600, height: 100 } })).newPage();
    await page.setContent(SAMPLE);
    const sample = createHash("sha256")
      .update(await page.screenshot())
      .digest("hex")
      .slice(0, 12);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("DOM.enable");
    await devtools.send("CSS.enable");
    const { root } = await devtools.send("DOM.getDocument");
    const { nodeId } = await devtools.send("DOM.querySelector", { nodeId: root.nodeId, selector: "#sample" });
    const { fonts } = await devtools.send("CSS.getPlatformFontsForNode", { nodeId });
    const families = [...new Set(fonts.map(({ familyName }) => familyName))].sort().join(", ");
    await page.evaluate(`globalThis.cellsOf = ${cellsOf.toString()}`);
    return new Darkroom(page, `Chromium ${browser.version()}; ${families}; ${sample}`);
  }

  /** The grid of a PNG. */
  async develop(png: string, { cols, rows }: Shape): Promise<Grid> {
    const cells = await this.page.evaluate(
      async ({ png, cols, rows }) => {
        const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
        const { width, height } = image;
        const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
        if (!context) throw new Error("there is nothing to draw on");
        context.drawImage(image, 0, 0);
        const { cellsOf: count } = globalThis as unknown as { cellsOf: typeof cellsOf };
        return count(context.getImageData(0, 0, width, height).data, width, height, cols, rows);
      },
      { png, cols, rows },
    );
    return { cols, rows, cells: Uint8Array.from(cells) };
  }

  /** A kept grid as large as its picture was: what there is to see of it. */
  enlarge({ cols, rows, cells }: Grid, width: number, height: number): Promise<Buffer> {
    return this.#paint({ width, height, cols, rows, cells: [...cells], spots: [] });
  }

  /** The picture with frames around the spots. */
  mark(png: string, { cols, rows }: Shape, spots: readonly Spot[]): Promise<Buffer> {
    return this.#paint({ png, cols, rows, spots });
  }

  async #paint(what: {
    readonly png?: string;
    readonly width?: number;
    readonly height?: number;
    readonly cells?: readonly number[];
    readonly cols: number;
    readonly rows: number;
    readonly spots: readonly Spot[];
  }): Promise<Buffer> {
    const painted = await this.page.evaluate(async ({ png, cells, cols, rows, spots, ...size }) => {
      const image =
        png && (await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob()));
      const [width = 0, height = 0] = image ? [image.width, image.height] : [size.width, size.height];
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d");
      if (!context) throw new Error("there is nothing to draw on");
      const [wide, high] = [width / cols, height / rows];
      if (image) context.drawImage(image, 0, 0);
      const patches = Math.ceil(cols / 4) * Math.ceil(rows / 4);
      for (let at = 0; cells && at < cols * rows; at += 1) {
        const [col, row] = [at % cols, Math.floor(at / cols)];
        const patch = cols * rows + (row >> 2) * Math.ceil(cols / 4) + (col >> 2);
        const luma = (cells[at] ?? 0) * 4;
        const blue = luma + 2 * ((cells[patch] ?? 32) * 4 - 128);
        const red = luma + 2 * ((cells[patch + patches] ?? 32) * 4 - 128);
        const green = (luma - 0.299 * red - 0.114 * blue) / 0.587;
        context.fillStyle = `rgb(${red} ${green} ${blue})`;
        context.fillRect(col * wide, row * high, wide + 1, high + 1);
      }
      context.strokeStyle = "red";
      context.lineWidth = 2;
      for (const { col, row, side } of spots) {
        context.strokeRect(col * wide, row * high, side * wide, side * high);
      }
      const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    }, what);
    return Buffer.from(painted, "base64");
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
