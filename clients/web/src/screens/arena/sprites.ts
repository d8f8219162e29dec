// Pictures that are shown at every frame and seldom change, painted once: faces and labels, with their outlines.
// It knows neither what is in them nor where they go.

/** So many are kept, and as many more as a frame shows. A label is another one with each coin: those no longer shown have to go. */
const MOST = 400;

interface Kept {
  readonly picture: HTMLCanvasElement;
  /** The last frame that showed it. */
  frame: number;
}

export class Sprites {
  readonly #kept = new Map<string, Kept>();
  #frame = 0;

  /** The picture of this name, at least one pixel wide and high; `draw` paints it if it isn't there. */
  get(
    name: string,
    width: number,
    height: number,
    draw: (to: CanvasRenderingContext2D) => void,
  ): HTMLCanvasElement {
    const kept = this.#kept.get(name);
    if (kept !== undefined) {
      kept.frame = this.#frame;
      return kept.picture;
    }
    const picture = document.createElement("canvas");
    picture.width = Math.max(1, Math.ceil(width));
    picture.height = Math.max(1, Math.ceil(height));
    const to = picture.getContext("2d");
    if (to !== null) draw(to);
    this.#kept.set(name, { picture, frame: this.#frame });
    return picture;
  }

  /** A frame was shown. All that it showed stays: to paint a crowd anew would be seen. */
  shown(): void {
    if (this.#kept.size > MOST) {
      for (const [name, { frame }] of this.#kept) if (frame < this.#frame) this.#kept.delete(name);
    }
    this.#frame += 1;
  }

  /** After a change of size or colours no picture is right. */
  clear(): void {
    this.#kept.clear();
  }
}
