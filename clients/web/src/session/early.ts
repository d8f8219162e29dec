// What is done to a page before its code is there: kept, and done again when it is.
// What is typed needs no keeping, as the fields are the same afterwards; links and what unfolds work by themselves.

/** The page that its document came with, alive for now. */
export interface Early {
  /** Keeps no longer, and does what was kept once more, in order. */
  again(): void;
}

declare global {
  interface Window {
    /** There is a form on the page that the page's code can take over. */
    early?: Early;
  }
}

export function keepEarly(root: Pick<HTMLElement, "addEventListener" | "removeEventListener">): Early {
  const kept: (() => void)[] = [];
  const keep = (event: Event): void => {
    const at = event.target;
    if (!(at instanceof Element)) return;
    if (event.type === "submit") submitted(event as SubmitEvent);
    else if (event.type === "change" && at instanceof HTMLSelectElement)
      kept.push(() => at.dispatchEvent(new Event("change", { bubbles: true })));
    else if (event.type === "click") {
      const button = at.closest<HTMLButtonElement>("button[type=button]");
      if (button) kept.push(() => button.click());
    }
  };
  const submitted = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const submitter = event.submitter as HTMLButtonElement | null;
    // It is seen that it was heard, and can't be heard twice.
    if (submitter) submitter.disabled = true;
    kept.push(() => {
      if (submitter) submitter.disabled = false;
      form.requestSubmit();
    });
  };
  const types = ["click", "change", "submit"];
  for (const type of types) root.addEventListener(type, keep);
  return {
    again() {
      for (const type of types) root.removeEventListener(type, keep);
      for (const repeat of kept) repeat();
    },
  };
}
