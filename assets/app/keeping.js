// Keeps what is seen in this browser, for when the server cannot be reached, and forgets it when its person leaves.

import { kept } from './net/kept.js';
import { seen } from './state/reduce_kept.js';

const AFTER_MS = 1_500;

export class Keeping {
  #app;
  #before = {};
  #timer = null;
  #writing = Promise.resolve();

  constructor(app) {
    this.#app = app;
  }

  start() {
    const { store } = this.#app;
    store.watch(({ conversations, timelines, users, cursor }) => [conversations, timelines, users, cursor], () => this.#soon());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && this.#write());
  }

  /** What was last seen by this person, shown now. False: there is nothing. */
  async recall(user_id) {
    const last = await kept.read(user_id);
    if (!last) return false;
    this.#before = last.timelines;
    this.#app.store.dispatch({ type: 'recalled', seen: last });
    return true;
  }

  /** Somebody is here: what was kept of conversations that they do not open stays. */
  async learn(user_id) {
    const last = await kept.read(user_id);
    this.#before = last?.timelines ?? {};
    if (!last) await this.forget(); // what there is was somebody else's
  }

  forget() {
    clearTimeout(this.#timer);
    this.#before = {};
    this.#writing = this.#writing.then(() => kept.erase());
    return this.#writing;
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(), AFTER_MS);
  }

  /** Only where the page itself opens without the server: else nobody would ever see it. */
  #write() {
    const { store, worker } = this.#app;
    const { phase, ready, recalled, me } = store.state;
    if (phase !== 'signed_in' || !ready || recalled || !worker.keepsPage) return;
    const last = seen(store.state, this.#before);
    this.#before = last.timelines;
    this.#writing = this.#writing.then(() => store.state.me?.id === me.id && kept.write(me.id, last));
  }
}
