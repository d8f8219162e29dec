// Plays the notes of a cue with WebAudio.
// It doesn't know whether sound is wanted; src/sounds/sounds.svelte.ts does.
import type { Cue } from "./cues.ts";
import { type Note, TUNES } from "./tunes.ts";

export interface Speaker {
  /** Readies it; browsers allow that from within a gesture only. */
  wake(): void;
  play(cue: Cue): void;
}

/** Fast enough to be struck rather than blown, slow enough not to crack. */
const ATTACK_S = 0.008;
/** As good as silence: an exponential ramp can't end at nothing. */
const SILENCE = 0.0001;

function strike(context: AudioContext, { at, lasts, from, to, level, wave }: Note): void {
  const start = context.currentTime + at;
  const end = start + lasts;
  const tone = context.createOscillator();
  tone.type = wave;
  tone.frequency.setValueAtTime(from, start);
  tone.frequency.exponentialRampToValueAtTime(to, end);
  const loudness = context.createGain();
  loudness.gain.setValueAtTime(SILENCE, start);
  loudness.gain.exponentialRampToValueAtTime(level, start + ATTACK_S);
  loudness.gain.exponentialRampToValueAtTime(SILENCE, end);
  tone.connect(loudness).connect(context.destination);
  tone.start(start);
  tone.stop(end);
}

/** A browser without WebAudio gets a speaker that stays silent. */
export function webSpeaker(): Speaker {
  let context: AudioContext | undefined;
  return {
    wake() {
      if (!("AudioContext" in globalThis)) return;
      context ??= new AudioContext();
      // Refused where the browser doesn't take this for a gesture; the next one tries again.
      if (context.state !== "running") context.resume().catch(() => undefined);
    },
    play(cue) {
      if (context?.state !== "running") return;
      for (const note of TUNES[cue]) strike(context, note);
    },
  };
}
