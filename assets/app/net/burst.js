// Gathers what comes faster than a page is drawn: the first of a burst goes on at once, the others together before the
// next picture, so that many speaking at a time cost no more drawing than one.

const A_PICTURE_MS = 16;
const LONGEST_MS = 100; // pictures may stand still while the page is covered

export class Burst {
  #take;
  #waiting = [];
  #last = -Infinity;
  #timer = null;
  #picture = null;

  /** @param {(one: any) => void} take gets each, in order */
  constructor(take) {
    this.#take = take;
  }

  add(one) {
    this.#waiting.push(one);
    if (document.visibilityState === 'hidden' || performance.now() - this.#last > A_PICTURE_MS) this.flush();
    else if (this.#timer === null) {
      this.#picture = requestAnimationFrame(() => this.flush());
      this.#timer = setTimeout(() => this.flush(), LONGEST_MS);
    }
  }

  /** All that waits, now. */
  flush() {
    const all = this.#waiting;
    this.clear();
    this.#last = performance.now();
    for (const one of all) this.#take(one);
  }

  clear() {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#picture);
    this.#timer = null;
    this.#waiting = [];
  }
}
