// Draws a board with its coins and players onto a canvas, sharp at any size, in the colours of the theme.
// It decides nothing: who is where is src/state/arena/, and when to draw is the board's.
import type { Spot } from "../../arena-wire.ts";
import type { Body } from "../../state/arena/world.ts";
import type { SeatId } from "../../wire.ts";

/** So many colours tell players apart; names tell the rest. */
const COLOURS = 8;

/** The token of a player's colour. */
export const colourOf = (seat: SeatId): string => `--choice-${(seat % COLOURS) + 1}`;

/** The theme's colours that a board has. */
export interface Palette {
  readonly ground: string;
  readonly line: string;
  readonly ink: string;
  readonly coin: string;
  readonly accent: string;
  readonly players: readonly string[];
  readonly font: string;
}

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ground: token("--surface"),
    line: token("--line"),
    ink: token("--ink"),
    coin: token("--gold"),
    accent: token("--accent"),
    players: Array.from({ length: COLOURS }, (_, colour) => token(colourOf(colour))),
    font: style.fontFamily,
  };
}

export interface Scene {
  readonly side: number;
  readonly coins: readonly Spot[];
  readonly bodies: readonly Body[];
  /** Where the player is headed for, if a place was tapped. */
  readonly goal?: Spot | undefined;
  /** The dragged stick: where it was pressed and where it is, in parts of the board. */
  readonly stick?: { readonly from: Spot; readonly to: Spot } | undefined;
  /** What is written at a player. */
  readonly label: (body: Body) => string;
}

/** Lines across the board, so that moving is seen where nothing else is near. */
const LINES = 10;

/** Sizes in parts of the side; a coin is in reach when its rim and the player's meet. */
const BODY = 0.021;
const COIN = 0.012;

/** So much of the canvas is left on each side, so that nobody at the edge is cut. */
const MARGIN = 0.04;

/** A part of the board's side as a part of the canvas', and the other way round. */
const onBoard = (part: number): number => MARGIN + part * (1 - 2 * MARGIN);
export const fromCanvas = (part: number): number => (part - MARGIN) / (1 - 2 * MARGIN);

/** No label is wider than this part of the board. */
const WIDEST = 0.45;

/** The board as it is at a moment, on a canvas of `size` by `size` pixels of the device, `ratio` to a pixel of the page. */
export function paint(
  to: CanvasRenderingContext2D,
  size: number,
  ratio: number,
  palette: Palette,
  scene: Scene,
): void {
  const at = (coordinate: number): number => onBoard(coordinate / scene.side) * size;
  to.fillStyle = palette.ground;
  to.fillRect(0, 0, size, size);
  grid(to, size, ratio, palette);
  for (const { x, y } of scene.coins)
    coin(to, at(x), at(y), Math.max(COIN * size, 4 * ratio), palette, ratio);
  const radius = Math.max(BODY * size, 7 * ratio);
  if (scene.goal) ring(to, at(scene.goal.x), at(scene.goal.y), radius, palette.accent, 2 * ratio);
  for (const body of scene.bodies) {
    const [x, y] = [at(body.x), at(body.y)];
    const colour = palette.players[body.seat % COLOURS] ?? palette.ink;
    if (body.own) ring(to, x, y, radius + 4 * ratio, palette.accent, 3 * ratio);
    disc(to, x, y, radius, colour, palette.ink, 2 * ratio);
  }
  // Names go above all bodies: one that stands before another must not hide whose it is.
  for (const body of scene.bodies)
    label(to, scene.label(body), at(body.x), at(body.y), radius, size, ratio, palette, body.own);
  if (scene.stick) stick(to, scene.stick, size, ratio, palette);
}

function grid(to: CanvasRenderingContext2D, size: number, ratio: number, palette: Palette): void {
  to.strokeStyle = palette.line;
  to.lineWidth = ratio;
  to.beginPath();
  const [first, last] = [onBoard(0) * size, onBoard(1) * size];
  for (let line = 0; line <= LINES; line += 1) {
    const at = Math.round(onBoard(line / LINES) * size) + ratio / 2;
    to.moveTo(at, first);
    to.lineTo(at, last);
    to.moveTo(first, at);
    to.lineTo(last, at);
  }
  to.stroke();
}

function disc(
  to: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  fill: string,
  rim: string,
  width: number,
): void {
  to.beginPath();
  to.arc(x, y, radius, 0, 2 * Math.PI);
  to.fillStyle = fill;
  to.fill();
  to.strokeStyle = rim;
  to.lineWidth = width;
  to.stroke();
}

/** A disc with a ring in it, which no player has. */
function coin(
  to: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  palette: Palette,
  ratio: number,
): void {
  disc(to, x, y, radius, palette.coin, palette.ink, ratio);
  ring(to, x, y, radius * 0.5, palette.ink, ratio);
}

function ring(
  to: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  colour: string,
  width: number,
): void {
  to.beginPath();
  to.arc(x, y, radius, 0, 2 * Math.PI);
  to.strokeStyle = colour;
  to.lineWidth = width;
  to.stroke();
}

function label(
  to: CanvasRenderingContext2D,
  words: string,
  x: number,
  y: number,
  radius: number,
  size: number,
  ratio: number,
  palette: Palette,
  own: boolean,
): void {
  const height = Math.max(12 * ratio, size * 0.02);
  to.font = `${own ? 700 : 600} ${height}px ${palette.font}`;
  to.textAlign = "center";
  to.textBaseline = "middle";
  const fitting = fit(to, words, size * WIDEST);
  const half = to.measureText(fitting).width / 2 + 4 * ratio;
  const above = y - radius - height;
  const at = above > height ? above : y + radius + height;
  const middle = Math.min(size - half, Math.max(half, x));
  to.lineJoin = "round";
  to.lineWidth = 4 * ratio;
  to.strokeStyle = palette.ground;
  to.strokeText(fitting, middle, at);
  to.fillStyle = palette.ink;
  to.fillText(fitting, middle, at);
}

/** The words, or as much of their beginning as there is room for; what follows the last space stays. */
function fit(to: CanvasRenderingContext2D, words: string, width: number): string {
  if (to.measureText(words).width <= width) return words;
  const space = words.lastIndexOf(" ");
  const [name, score] = [Array.from(words.slice(0, space)), words.slice(space)];
  while (name.length > 1 && to.measureText(`${name.join("")}…${score}`).width > width) name.pop();
  return `${name.join("")}…${score}`;
}

function stick(
  to: CanvasRenderingContext2D,
  { from, to: end }: { from: Spot; to: Spot },
  size: number,
  ratio: number,
  palette: Palette,
): void {
  to.globalAlpha = 0.6;
  ring(to, from.x * size, from.y * size, 44 * ratio, palette.ink, 2 * ratio);
  disc(to, end.x * size, end.y * size, 18 * ratio, palette.accent, palette.ink, 2 * ratio);
  to.globalAlpha = 1;
}
