// The time, read again and again for as long as a component shows it.
// It counts nothing down; src/state/timer.ts does.

/** Ten times a second is smooth for a bar and costs next to nothing. */
const TICK_MS = 100;

/** Call it while a component is being set up; it ends with the component. */
export function ticking(read: () => number): { readonly now: number } {
  let now = $state(read());
  $effect(() => {
    const timer = setInterval(() => {
      now = read();
    }, TICK_MS);
    return () => {
      clearInterval(timer);
    };
  });
  return {
    get now() {
      return now;
    },
  };
}
