// Lets the keyboard scroll what is longer than its place, and the eye see that more follows; leaves what is not out of its way:
// attachments. They change no layout: how it looks where more follows is for scrollable.css.
import type { Attachment } from "svelte/attachments";

import "./scrollable.css";

/** Parts of a pixel are no more of it. */
const NEXT_TO_NOTHING = 1;

const paddingEnd = (element: Element): number => Number.parseFloat(getComputedStyle(element).paddingBlockEnd);

/** Nor is the empty space that it, or the last thing in it, ends with. */
function emptyEnd(element: Element | null): number {
  const last = element?.lastElementChild;
  return NEXT_TO_NOTHING + (element ? paddingEnd(element) : 0) + (last ? paddingEnd(last) : 0);
}

/** Makes the element a stop of the tab key while there is more of it than can be seen, and says so while that is below. */
export const scrollable: Attachment<HTMLElement> = (element) => {
  const look = (): void => {
    const beyond = element.scrollHeight - element.clientHeight;
    if (beyond > 0) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
    element.toggleAttribute("data-more", beyond - element.scrollTop > emptyEnd(element));
  };
  const sizes = new ResizeObserver(look);
  const words = new MutationObserver(look);
  sizes.observe(element);
  words.observe(element, { childList: true, characterData: true, subtree: true });
  element.addEventListener("scroll", look, { passive: true });
  look();
  return () => {
    sizes.disconnect();
    words.disconnect();
    element.removeEventListener("scroll", look);
  };
};

/** What stays at the screen's end, and is last on its page, says while there is more of the page below. */
export const pageEnd: Attachment<HTMLElement> = (element) => {
  const look = (): void => {
    const { scrollHeight, scrollTop, clientHeight } = document.documentElement;
    const stays = element.getBoundingClientRect().bottom - clientHeight <= NEXT_TO_NOTHING;
    const below = scrollHeight - scrollTop - clientHeight;
    element.toggleAttribute("data-below", stays && below > emptyEnd(element.previousElementSibling));
  };
  const sizes = new ResizeObserver(look);
  sizes.observe(document.body);
  window.addEventListener("scroll", look, { passive: true });
  window.addEventListener("resize", look);
  look();
  return () => {
    sizes.disconnect();
    window.removeEventListener("scroll", look);
    window.removeEventListener("resize", look);
  };
};
