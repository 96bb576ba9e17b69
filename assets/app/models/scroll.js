// Keeps what is being read where it is while rows come and go around it, and stays at the end only for those who are
// there. Given the scrolling element; asks for more when an end comes near.

const NEAR_PX = 500;
const BOTTOM_PX = 32;

export class Scroll {
  #element;
  #moved;
  #anchor = null;
  #height = 0; // as the resize observer knows it
  stuck = true;

  /** @param {() => void} moved called after each movement, by hand or by layout */
  constructor(element, moved) {
    this.#element = element;
    this.#moved = moved;
    element.addEventListener('scroll', () => {
      // Who is at the end of a box that has just become smaller has not left it.
      if (element.clientHeight === this.#height) this.stuck = this.#fromBottom() <= BOTTOM_PX;
      moved();
    }, { passive: true });
    // The composer grows, the keyboard of a phone opens: whoever was at the end stays there.
    new ResizeObserver(() => {
      this.#height = element.clientHeight;
      if (this.stuck) this.toBottom();
      else moved();
    }).observe(element);
  }

  #fromBottom() {
    const { scrollHeight, scrollTop, clientHeight } = this.#element;
    return scrollHeight - scrollTop - clientHeight;
  }

  get nearTop() {
    return this.#element.scrollTop < NEAR_PX;
  }

  get nearBottom() {
    return this.#fromBottom() < NEAR_PX;
  }

  /** Remembers the first text in sight. A row's text, not the row: a row loses its heading when it joins a group. */
  hold() {
    const top = this.#element.getBoundingClientRect().top;
    this.#anchor = null;
    for (const element of this.#element.querySelectorAll('[data-anchor]')) {
      const rect = element.getBoundingClientRect();
      if (rect.bottom <= top) continue;
      this.#anchor = { element, top: rect.top };
      break;
    }
  }

  /** Brings the remembered text back to where it was. Whoever is at the end stays there, if `follow`. */
  release(follow) {
    if (this.stuck && follow) {
      this.toBottom();
      return;
    }
    if (this.#anchor?.element.isConnected) {
      const moved = this.#anchor.element.getBoundingClientRect().top - this.#anchor.top;
      if (Math.abs(moved) >= 0.5) this.#element.scrollTop += moved;
    }
    this.stuck = this.#fromBottom() <= BOTTOM_PX;
    this.#moved();
  }

  toBottom() {
    this.#element.scrollTop = this.#element.scrollHeight;
    this.stuck = true;
    this.#moved();
  }

  /** Shows `row` with some of what precedes it. */
  toRow(row) {
    const box = this.#element.getBoundingClientRect();
    this.#element.scrollTop += row.getBoundingClientRect().top - box.top - box.height / 4;
    this.stuck = this.#fromBottom() <= BOTTOM_PX;
    this.#moved();
  }

  /** The highest `seq` that is wholly, or where it is tall, to its end, above the lower edge. */
  lastSeen() {
    const bottom = this.#element.getBoundingClientRect().bottom + 4;
    const rows = this.#element.querySelectorAll('[data-seq]');
    for (let index = rows.length - 1; index >= 0; index -= 1) {
      if (rows[index].getBoundingClientRect().bottom <= bottom) return Number(rows[index].dataset.seq);
    }
    return 0;
  }
}
