// Looks closely at a picture in a box that scrolls: larger around the place that was pointed at, moved by the mouse or,
// by the browser itself, by a finger; and tells of swipes while nothing is enlarged.

const TWICE_MS = 400;
const SWIPE_PX = 48;
const LARGER = 2.5;

export class Zoom {
  #box;
  #picture;
  #changed;
  #swiped;
  #from = null;
  #tapped = 0;
  #dragged = false;

  /**
   * @param {{changed: (on: boolean) => void, swiped: (way: 'left'|'right'|'down') => void}} listener
   */
  constructor(box, picture, { changed, swiped }) {
    this.#box = box;
    this.#picture = picture;
    this.#changed = changed;
    this.#swiped = swiped;
    picture.addEventListener('click', (event) => this.#clicked(event));
    box.addEventListener('touchstart', (event) => this.#touched(event), { passive: true });
    box.addEventListener('touchend', (event) => this.#released(event), { passive: true });
    box.addEventListener('mousedown', (event) => this.#grab(event));
  }

  get on() {
    return this.#box.classList.contains('is-zoomed');
  }

  /** @param {?{clientX: number, clientY: number}} point null: as a whole */
  to(point) {
    const before = this.#picture.getBoundingClientRect();
    this.#box.classList.toggle('is-zoomed', Boolean(point));
    this.#picture.style.removeProperty('width');
    this.#changed(Boolean(point));
    if (!point) return;
    const { naturalWidth } = this.#picture;
    const width = Math.max(before.width * LARGER, Math.min(naturalWidth, before.width * 2 * LARGER));
    this.#picture.style.setProperty('width', `${Math.round(width)}px`);
    const after = this.#picture.getBoundingClientRect();
    const box = this.#box.getBoundingClientRect();
    const part = (at, from, size) => Math.min(1, Math.max(0, (at - from) / size));
    const x = part(point.clientX, before.left, before.width) * after.width;
    const y = part(point.clientY, before.top, before.height) * after.height;
    this.#box.scrollTo(x - (point.clientX - box.left), y - (point.clientY - box.top));
  }

  /** By the keyboard: around the middle. */
  toggle() {
    const { left, top, width, height } = this.#picture.getBoundingClientRect();
    this.to(this.on ? null : { clientX: left + width / 2, clientY: top + height / 2 });
  }

  #clicked(event) {
    // A finger taps twice; what a tap alone would do is too easily done by accident.
    if (event.pointerType === 'touch') {
      const twice = event.timeStamp - this.#tapped < TWICE_MS;
      this.#tapped = twice ? 0 : event.timeStamp;
      if (!twice) return;
    }
    if (!this.#dragged) this.to(this.on ? null : event);
    this.#dragged = false;
  }

  #touched({ touches }) {
    this.#from = touches.length === 1 && !this.on ? touches[0] : null;
  }

  #released({ changedTouches }) {
    const from = this.#from;
    this.#from = null;
    if (!from || this.on || (globalThis.visualViewport?.scale ?? 1) > 1) return;
    const [{ clientX, clientY }] = changedTouches;
    const [x, y] = [clientX - from.clientX, clientY - from.clientY];
    if (Math.abs(x) > SWIPE_PX && Math.abs(x) > 2 * Math.abs(y)) this.#swiped(x < 0 ? 'left' : 'right');
    else if (y > 2 * SWIPE_PX && y > 2 * Math.abs(x)) this.#swiped('down');
  }

  #grab(event) {
    this.#dragged = false;
    if (!this.on || event.button !== 0) return;
    event.preventDefault();
    const { scrollLeft, scrollTop } = this.#box;
    const move = ({ clientX, clientY }) => {
      const [x, y] = [clientX - event.clientX, clientY - event.clientY];
      this.#dragged ||= Math.hypot(x, y) > 4;
      this.#box.scrollTo(scrollLeft - x, scrollTop - y);
    };
    addEventListener('mousemove', move);
    addEventListener('mouseup', () => removeEventListener('mousemove', move), { once: true });
  }
}
