// Draws a board with its coins and players onto a canvas, sharp at any size, in the colours of the theme.
// It decides nothing: who is where is src/state/arena/, and when to draw is the board's.
import type { Spot } from "../../arena-wire.ts";
import { type Laid, lay, named } from "../../state/arena/labels.ts";
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

/** No label is wider than this part of the board. */
const WIDEST = 0.45;

/**
 * The board as it is at a moment; gives where its labels are. `before` is where they were, and `step` how much they may have
 * faded since.
 */
export function paint(ground: Ground, scene: Scene, before: Laid, step: number): Laid {
  const { to, size, ratio, palette } = ground;
  const at = (coordinate: number): number => onBoard(coordinate / scene.side) * size;
  to.fillStyle = palette.of("--surface");
  to.fillRect(0, 0, size, size);
  grid(ground);
  const radius = scaled(ground, BODY);
  // Names lie below all that is played with, even while they give way to it.
  const laid = labels(ground, scene, at, radius, before, step);
  const coin = coinOf(ground);
  for (const { x, y } of scene.coins) centred(to, coin, at(x), at(y));
  if (scene.goal) ring(to, at(scene.goal.x), at(scene.goal.y), radius, palette.of("--accent"), 2 * ratio);
  for (const body of scene.bodies) centred(to, bodyOf(ground, body, radius), at(body.x), at(body.y));
  if (scene.stick) stick(ground, scene.stick);
  ground.sprites.shown();
  return laid;
}

function labels(
  ground: Ground,
  { bodies, coins, side, label }: Scene,
  at: (coordinate: number) => number,
  radius: number,
  before: Laid,
  step: number,
): Laid {
  const { to, size, ratio } = ground;
  const pictures = new Map<SeatId, HTMLCanvasElement>();
  const written = named(bodies, side).map(({ body, share }) => {
    const picture = labelOf(ground, body, label);
    pictures.set(body.seat, picture);
    const { width, height } = picture;
    return { seat: body.seat, share, always: body.own, x: at(body.x), y: at(body.y), width, height };
  });
  const discs = [
    { middles: bodies, radius: radius + ratio },
    { middles: coins, radius: scaled(ground, COIN) + ratio },
  ];
  const laid = lay(written, { size, away: radius + 6 * ratio, discs, at }, before, step);
  for (const [seat, { x, y, seen }] of laid) {
    const picture = pictures.get(seat);
    if (picture === undefined) continue;
    to.globalAlpha = seen;
    to.drawImage(picture, x, y);
  }
  to.globalAlpha = 1;
  return laid;
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

/** In parts of the letters' size: how high a label is, its score's chip in it, and what is left beside and between. */
const LABEL = { high: 1.5, chip: 1.3, pad: 0.4, gap: 0.35 } as const;

/** The name, and the score on a chip: two things beside each other, whatever figures the name ends with. */
function labelOf(ground: Ground, body: Body, label: Scene["label"]): HTMLCanvasElement {
  const { size, ratio, palette, sprites } = ground;
  const letters = scaled(ground, LETTERS);
  const key = `label ${body.seat} ${body.own} ${body.score} ${body.name}`;
  return sprites.get(key, size * WIDEST, letters * LABEL.high, (words) => {
    const [name, score] = label(body);
    const [nameFont, scoreFont] = [600, 700].map((weight) => `${weight} ${letters}px ${palette.font}`);
    const [rim, gap] = [2 * ratio, LABEL.gap * letters];
    words.font = scoreFont ?? "";
    const chip = Math.ceil(words.measureText(score).width + 2 * LABEL.pad * letters);
    words.font = nameFont ?? "";
    const fitting = fit(words, name, size * WIDEST - chip - gap - 2 * rim);
    const long = Math.ceil(words.measureText(fitting).width);
    // Its size was a guess, and another one forgets all that was set.
    words.canvas.width = 2 * rim + long + gap + chip;
    words.textBaseline = "middle";
    words.textAlign = "left";
    words.lineJoin = "round";
    const line = words.canvas.height / 2;
    const turned = palette.direction === "rtl";
    const [nameAt, chipAt] = turned ? [rim + chip + gap, rim] : [rim, rim + long + gap];

    words.direction = palette.direction;
    words.font = nameFont ?? "";
    words.lineWidth = 2 * rim;
    words.strokeStyle = palette.of("--surface");
    words.strokeText(fitting, nameAt, line);
    words.fillStyle = palette.of("--ink");
    words.fillText(fitting, nameAt, line);

    const high = LABEL.chip * letters;
    words.beginPath();
    words.roundRect(chipAt, line - high / 2, chip, high, high / 2);
    words.fillStyle = palette.of(body.own ? "--accent" : "--sunken");
    words.fill();
    words.font = scoreFont ?? "";
    words.fillStyle = palette.of(body.own ? "--accent-ink" : "--ink");
    words.fillText(score, chipAt + LABEL.pad * letters, line);
  });
}

/** A name turns nothing around it, whatever its script. */
const isolated = (name: string): string => `\u2068${name}\u2069`;

/** The name, or as much of its beginning as there is room for. */
function fit(to: CanvasRenderingContext2D, name: string, width: number): string {
  const whole = isolated(name);
  if (to.measureText(whole).width <= width) return whole;
  const left = Array.from(name);
  const cut = (): string => isolated(`${left.join("").trimEnd()}…`);
  while (left.length > 1 && to.measureText(cut()).width > width) left.pop();
  return cut();
}

function stick({ to, size, ratio, palette }: Ground, { from, to: end }: { from: Spot; to: Spot }): void {
  to.globalAlpha = 0.6;
  ring(to, from.x * size, from.y * size, 44 * ratio, palette.of("--ink"), 2 * ratio);
  disc(to, end.x * size, end.y * size, 18 * ratio, palette.of("--accent"), palette.of("--ink"), 2 * ratio);
  to.globalAlpha = 1;
}
