// Whether the person at this device wants less to move.
// What then stands still is each component's to say.
export const wantsStillness = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
