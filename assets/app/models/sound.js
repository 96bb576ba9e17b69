// A short sound, two notes that fade, made here: no file is fetched for it. Browsers let a page sound only once
// somebody has touched it; until then this is silent.

const NOTES = [[659.25, 0], [987.77, 0.11]]; // Hz, and seconds from the beginning
const LOUDNESS = 0.12;
const FADE_S = 0.5;
const PAUSE_MS = 1_500; // several messages at once sound once

let context = null;
let last = -PAUSE_MS;

export function chime() {
  const untouched = navigator.userActivation && !navigator.userActivation.hasBeenActive;
  if (untouched || !globalThis.AudioContext || performance.now() - last < PAUSE_MS) return;
  last = performance.now();
  context ??= new AudioContext();
  if (context.state === 'suspended') context.resume();
  for (const [frequency, after] of NOTES) {
    const start = context.currentTime + after;
    const note = new OscillatorNode(context, { type: 'sine', frequency });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(LOUDNESS, start + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + FADE_S);
    note.connect(volume).connect(context.destination);
    note.start(start);
    note.stop(start + FADE_S);
  }
}
