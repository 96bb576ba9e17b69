// Gathers what comes faster than anybody can follow: the first of a burst goes on at once, the others together after a
// pause, so that many speaking at a time cost little more drawing than one. A pause, not the next picture: drawing
// before each picture would leave no time for whoever writes meanwhile.

const PAUSE_MS = 50;

export class Burst {
  #take;
  #waiting = [];
  #last = -Infinity;
  #timer = null;

  /** @param {(one: any) => void} take gets each, in order */
  constructor(take) {
    this.#take = take;
  }

  add(one) {
    this.#waiting.push(one);
    // in a hidden page timers stand nearly still
    if (document.visibilityState === 'hidden' || performance.now() - this.#last > PAUSE_MS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), PAUSE_MS);
  }

  /** All that waits, now. */
  flush() {
    const all = this.#waiting;
    this.clear();
    for (const one of all) this.#take(one);
    this.#last = performance.now();
  }

  clear() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting = [];
  }
}
