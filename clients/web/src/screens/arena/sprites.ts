// Pictures that are shown at every frame and seldom change, painted once: faces and labels, with their outlines.
// It knows neither what is in them nor where they go.

/** So many are kept. A label is another one with each coin, so those that are no longer shown have to go. */
const MOST = 400;

export class Sprites {
  readonly #kept = new Map<string, HTMLCanvasElement>();

  /** The picture of this name, at least one pixel wide and high; `draw` paints it if it isn't there. */
  get(
    name: string,
    width: number,
    height: number,
    draw: (to: CanvasRenderingContext2D) => void,
  ): HTMLCanvasElement {
    const kept = this.#kept.get(name);
    if (kept !== undefined) return kept;
    const picture = document.createElement("canvas");
    picture.width = Math.max(1, Math.ceil(width));
    picture.height = Math.max(1, Math.ceil(height));
    const to = picture.getContext("2d");
    if (to !== null) draw(to);
    if (this.#kept.size >= MOST) this.clear();
    this.#kept.set(name, picture);
    return picture;
  }

  /** After a change of size or colours no picture is right. */
  clear(): void {
    this.#kept.clear();
  }
}
