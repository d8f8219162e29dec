// Hands a file that was made in the page to the person before it.
// What is in it is made elsewhere.

/** A browser may not have read it before that. */
const READ_MS = 60_000;

export function save(name: string, type: string, content: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, READ_MS);
}
