// Makes two looks at a scene show the same: nothing happens by itself in a second or later, and chance is always the same.
// Imported before anything that might wait or roll a die.
const SOON_MS = 1_000;

const soon = window.setTimeout.bind(window);

window.setTimeout = ((what: () => void, ms = 0) => (ms < SOON_MS ? soon(what, ms) : 0)) as typeof setTimeout;

// A caret blinks.
document.documentElement.style.caretColor = "transparent";

let seed = 1;
Math.random = () => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647;
};
