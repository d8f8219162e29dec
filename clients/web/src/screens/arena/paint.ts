// Draws a board with its coins and players onto a canvas, sharp at any size, in the colours of the theme.
// It decides nothing: who is where is src/state/arena/, and when to draw is the board's.
import type { Spot } from "../../arena-wire.ts";
import { lay } from "../../state/arena/labels.ts";
import type { Body } from "../../state/arena/world.ts";
import { FRAME, layers } from "../../ui/face.ts";
import type { SeatId } from "../../wire.ts";
import type { Sprites } from "./sprites.ts";

/** So many colours tell players apart besides their faces. */
const COLOURS = 8;

/** The token of a player's colour. */
export const colourOf = (seat: SeatId): string => `--choice-${(seat % COLOURS) + 1}`;

/** The theme's colours that a board has, and how its words are written. */
export interface Palette {
  readonly of: (token: string) => string;
  readonly font: string;
  readonly direction: CanvasDirection;
}

/** As it is at the time; tokens are looked up once each. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const known = new Map<string, string>();
  const of = (token: string): string => {
    const colour = known.get(token) ?? style.getPropertyValue(token).trim();
    known.set(token, colour);
    return colour;
  };
  return { of, font: style.fontFamily, direction: style.direction === "rtl" ? "rtl" : "ltr" };
}

/** What is drawn on: so many pixels of the device each way, `ratio` of them to a pixel of the page. */
export interface Ground {
  readonly to: CanvasRenderingContext2D;
  readonly size: number;
  readonly ratio: number;
  readonly palette: Palette;
  /** Those made for another size or palette are of no use. */
  readonly sprites: Sprites;
}

export interface Scene {
  readonly side: number;
  readonly coins: readonly Spot[];
  readonly bodies: readonly Body[];
  /** Where the player is headed for, if a place was tapped. */
  readonly goal?: Spot | undefined;
  /** The dragged stick: where it was pressed and where it is, in parts of the board. */
  readonly stick?: { readonly from: Spot; readonly to: Spot } | undefined;
  /** What is written at a player: the name, and the score in figures. */
  readonly label: (body: Body) => readonly [name: string, score: string];
}

/** Lines across the board, so that moving is seen where nothing else is near. */
const LINES = 10;

/** Sizes in parts of the canvas, and the least in pixels of the page at which they can still be told apart. */
const BODY = { part: 0.024, least: 11 } as const;
const COIN = { part: 0.012, least: 4 } as const;
const LETTERS = { part: 0.02, least: 12 } as const;

/** So much of a body's disc is its face; the rest is a ring in the player's colour. */
const FACE = 0.8;

/** So much of the canvas is left on each side, so that nobody at the edge is cut. */
const MARGIN = 0.04;

/** A part of the board's side as a part of the canvas', and the other way round. */
const onBoard = (part: number): number => MARGIN + part * (1 - 2 * MARGIN);
export const fromCanvas = (part: number): number => (part - MARGIN) / (1 - 2 * MARGIN);

/** More than so many are a crowd, of whom so many are named. */
const CROWD = 16;
const BEST = 3;

/** No label is wider than this part of the board. */
const WIDEST = 0.45;

/** The board as it is at a moment. */
export function paint(ground: Ground, scene: Scene): void {
  const { to, size, ratio, palette } = ground;
  const at = (coordinate: number): number => onBoard(coordinate / scene.side) * size;
  to.fillStyle = palette.of("--surface");
  to.fillRect(0, 0, size, size);
  grid(ground);
  const coin = coinOf(ground);
  for (const { x, y } of scene.coins) centred(to, coin, at(x), at(y));
  const radius = scaled(ground, BODY);
  if (scene.goal) ring(to, at(scene.goal.x), at(scene.goal.y), radius, palette.of("--accent"), 2 * ratio);
  for (const body of scene.bodies) centred(to, bodyOf(ground, body, radius), at(body.x), at(body.y));
  // Names go above all bodies: one that stands before another must not hide whose it is.
  labels(ground, scene, at, radius);
  if (scene.stick) stick(ground, scene.stick);
}

/** Those whose names are written, oneself and the best first. Of a crowd only they are: more could not be read. */
function named(bodies: readonly Body[]): readonly Body[] {
  const best = [...bodies].sort(
    (one, other) => Number(other.own) - Number(one.own) || other.score - one.score,
  );
  return bodies.length <= CROWD ? best : best.slice(0, 1 + BEST);
}

function labels(
  ground: Ground,
  { bodies, label }: Scene,
  at: (coordinate: number) => number,
  radius: number,
): void {
  const { to, size, ratio } = ground;
  const written = named(bodies).map((body) => {
    const picture = labelOf(ground, label(body), body.own);
    return { picture, x: at(body.x), y: at(body.y), width: picture.width, height: picture.height };
  });
  const places = lay(written, radius + 4 * ratio, size);
  for (const [nth, place] of places.entries()) {
    const picture = written[nth]?.picture;
    if (place && picture) to.drawImage(picture, place.x, place.y);
  }
}

const scaled = ({ size, ratio }: Ground, { part, least }: { part: number; least: number }): number =>
  Math.max(part * size, least * ratio);

function centred(to: CanvasRenderingContext2D, picture: HTMLCanvasElement, x: number, y: number): void {
  to.drawImage(picture, x - picture.width / 2, y - picture.height / 2);
}

function grid({ to, size, ratio, palette }: Ground): void {
  to.strokeStyle = palette.of("--line");
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

/** A disc with a ring in it, which no player has. */
function coinOf(ground: Ground): HTMLCanvasElement {
  const { ratio, palette, sprites } = ground;
  const radius = scaled(ground, COIN);
  const side = 2 * (radius + ratio);
  return sprites.get("coin", side, side, (to) => {
    const middle = to.canvas.width / 2;
    disc(to, middle, middle, radius, palette.of("--gold"), palette.of("--ink"), ratio);
    ring(to, middle, middle, radius * 0.5, palette.of("--ink"), ratio);
  });
}

/** A player's face in a disc of the player's colour; one's own has a ring around it. */
function bodyOf({ ratio, palette, sprites }: Ground, body: Body, radius: number): HTMLCanvasElement {
  const side = 2 * (radius + 6 * ratio);
  return sprites.get(`body ${body.seat} ${body.avatar} ${body.own}`, side, side, (to) => {
    const middle = to.canvas.width / 2;
    if (body.own) ring(to, middle, middle, radius + 4 * ratio, palette.of("--accent"), 3 * ratio);
    disc(to, middle, middle, radius, palette.of(colourOf(body.seat)), palette.of("--ink"), 2 * ratio);
    face(to, body.avatar, middle, radius * FACE, palette);
  });
}

function face(
  to: CanvasRenderingContext2D,
  avatar: number,
  middle: number,
  half: number,
  palette: Palette,
): void {
  const scale = (2 * half) / FRAME.side;
  to.setTransform(scale, 0, 0, scale, middle - half - FRAME.x * scale, middle - half - FRAME.y * scale);
  to.lineCap = "round";
  to.lineJoin = "round";
  for (const { path, fill, stroke, width = 1, opacity = 1 } of layers(avatar)) {
    const shape = new Path2D(path);
    to.globalAlpha = opacity;
    if (stroke !== undefined) {
      to.strokeStyle = palette.of(stroke);
      to.lineWidth = width;
      to.stroke(shape);
    }
    if (fill !== undefined) {
      to.fillStyle = palette.of(fill);
      to.fill(shape);
    }
  }
  to.globalAlpha = 1;
  to.resetTransform();
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

function labelOf(
  ground: Ground,
  [name, score]: readonly [name: string, score: string],
  own: boolean,
): HTMLCanvasElement {
  const { size, ratio, palette, sprites } = ground;
  const letters = scaled(ground, LETTERS);
  const font = `${own ? 700 : 600} ${letters}px ${palette.font}`;
  return sprites.get(`label ${own} ${score} ${name}`, size * WIDEST, letters * 1.6, (words) => {
    words.font = font;
    const fitting = fit(words, name, score, size * WIDEST - 8 * ratio);
    // Its size was a guess, and another one forgets the font.
    words.canvas.width = Math.ceil(words.measureText(fitting).width + 8 * ratio);
    words.font = font;
    words.direction = palette.direction;
    words.textAlign = "center";
    words.textBaseline = "middle";
    words.lineJoin = "round";
    words.lineWidth = 4 * ratio;
    const [middle, line] = [words.canvas.width / 2, words.canvas.height / 2];
    words.strokeStyle = palette.of("--surface");
    words.strokeText(fitting, middle, line);
    words.fillStyle = palette.of("--ink");
    words.fillText(fitting, middle, line);
  });
}

/** A name turns nothing around it, whatever its script. */
const written = (name: string, score: string): string => `\u2068${name}\u2069 ${score}`;

/** Name and score, or as much of the name's beginning as there is room for. */
function fit(to: CanvasRenderingContext2D, name: string, score: string, width: number): string {
  const whole = written(name, score);
  if (to.measureText(whole).width <= width) return whole;
  const left = Array.from(name);
  const cut = (): string => written(`${left.join("")}…`, score);
  while (left.length > 1 && to.measureText(cut()).width > width) left.pop();
  return cut();
}

function stick({ to, size, ratio, palette }: Ground, { from, to: end }: { from: Spot; to: Spot }): void {
  to.globalAlpha = 0.6;
  ring(to, from.x * size, from.y * size, 44 * ratio, palette.of("--ink"), 2 * ratio);
  disc(to, end.x * size, end.y * size, 18 * ratio, palette.of("--accent"), palette.of("--ink"), 2 * ratio);
  to.globalAlpha = 1;
}
