// Whether a key press is meant for the page as a whole, or for what has the focus.
// Which press means which shortcut is src/state/controls.ts.

const TYPED_INTO = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const PRESSED = "button, a, summary, audio, video, input";

/**
 * True when the page may take the press. The space bar stays with a control that was reached by keyboard; one that
 * was merely clicked gives it up, so that a host who clicked "Pause" and then presses space goes on.
 */
export function meansShortcut(event: KeyboardEvent): boolean {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return true;
  if (target.closest(`${TYPED_INTO}, dialog`)) return false;
  if (event.key !== " " || !target.closest(PRESSED)) return true;
  if (target.matches(":focus-visible")) return false;
  target.blur();
  return true;
}
