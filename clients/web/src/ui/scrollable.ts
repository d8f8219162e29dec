// Lets the keyboard scroll what is longer than its place, and leaves out of its way what is not: an attachment.
// It changes no layout.
import type { Attachment } from "svelte/attachments";

/** Makes the element a stop of the tab key while there is more of it than can be seen. */
export const scrollable: Attachment<HTMLElement> = (element) => {
  const look = (): void => {
    if (element.scrollHeight > element.clientHeight) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  };
  const sizes = new ResizeObserver(look);
  const words = new MutationObserver(look);
  sizes.observe(element);
  words.observe(element, { childList: true, characterData: true, subtree: true });
  look();
  return () => {
    sizes.disconnect();
    words.disconnect();
  };
};
