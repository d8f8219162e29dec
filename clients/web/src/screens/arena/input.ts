// What keys, mouse and fingers do at the board, as a hand (src/state/arena/hand.ts). `bind` gives what unbinds.
// It moves nobody and sends nothing.
import type { Spot } from "../../arena-wire.ts";
import { EMPTY, type Hand, isDragged, isLetter, isWay, press, release } from "../../state/arena/hand.ts";
import { within } from "../../state/arena/rules.ts";
import { fromCanvas } from "./paint.ts";

/** How far a stick is dragged until it is all the way out, in pixels of the page. */
const STICK_PX = 44;

export interface Held {
  hand: Hand;
  /** The stick as it is to be drawn, in parts of the board. */
  stick?: { readonly from: Spot; readonly to: Spot } | undefined;
}

/** Follows what is done at `board`, whose place on it is `side` wide, into `held`; until the returned function is called. */
export function bind(board: HTMLElement, held: Held, side: () => number): () => void {
  const undo: (() => void)[] = [];
  const on = <E extends Event>(target: EventTarget, name: string, hear: (event: E) => void): void => {
    target.addEventListener(name, hear as EventListener);
    undo.push(() => {
      target.removeEventListener(name, hear as EventListener);
    });
  };

  const letGo = (): void => {
    held.hand = EMPTY;
    held.stick = undefined;
    pointer = undefined;
  };

  on(window, "keydown", (event: KeyboardEvent) => {
    if (!isWay(event.code) || event.ctrlKey || event.altKey || event.metaKey) return;
    // Letters are for whatever has the focus; only at the board are they ways.
    const focused = document.activeElement;
    if (focused !== board && (isLetter(event.code) || isOwnKeys(focused))) return;
    event.preventDefault();
    held.hand = press(held.hand, event.code);
  });
  on(window, "keyup", (event: KeyboardEvent) => {
    if (isWay(event.code)) held.hand = release(held.hand, event.code);
  });
  // Whoever looks elsewhere holds nothing any more: the key's end would be heard there.
  on(window, "blur", letGo);
  on(document, "visibilitychange", letGo);

  let pointer: number | undefined;
  let origin: Spot = { x: 0, y: 0 };
  let dragged = false;

  const place = (event: PointerEvent): Spot => {
    const { left, top, width, height } = board.getBoundingClientRect();
    return { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
  };

  on(board, "pointerdown", (event: PointerEvent) => {
    if (pointer !== undefined || event.button !== 0) return;
    pointer = event.pointerId;
    board.setPointerCapture(pointer);
    origin = { x: event.clientX, y: event.clientY };
    dragged = false;
    held.hand = { keys: held.hand.keys };
  });
  on(board, "pointermove", (event: PointerEvent) => {
    if (event.pointerId !== pointer) return;
    const stick = { x: (event.clientX - origin.x) / STICK_PX, y: (event.clientY - origin.y) / STICK_PX };
    dragged ||= isDragged(stick);
    if (!dragged) return;
    held.hand = { keys: held.hand.keys, stick };
    const { width, height, left, top } = board.getBoundingClientRect();
    const out = Math.max(1, Math.hypot(stick.x, stick.y));
    const from = { x: (origin.x - left) / width, y: (origin.y - top) / height };
    const to = {
      x: from.x + ((stick.x / out) * STICK_PX) / width,
      y: from.y + ((stick.y / out) * STICK_PX) / height,
    };
    held.stick = { from, to };
  });
  const up = (event: PointerEvent): void => {
    if (event.pointerId !== pointer) return;
    pointer = undefined;
    held.stick = undefined;
    const at = place(event);
    const tapped = !dragged && event.type === "pointerup";
    held.hand = tapped ? { keys: held.hand.keys, goal: onField(at, side()) } : { keys: held.hand.keys };
  };
  on(board, "pointerup", up);
  on(board, "pointercancel", up);

  return () => {
    for (const each of undo) each();
    letGo();
  };
}

/** A part of the canvas as a place on the board; beside the board, the nearest on it. */
function onField({ x, y }: Spot, side: number): Spot {
  return { x: within(fromCanvas(x) * side, side), y: within(fromCanvas(y) * side, side) };
}

/** Whether arrow keys have a meaning of their own there. */
function isOwnKeys(focused: Element | null): boolean {
  return focused instanceof HTMLInputElement || focused instanceof HTMLSelectElement;
}
