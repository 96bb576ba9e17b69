// Messages that are not confirmed yet: kept across reloads, sent in order, sent again after each reconnect with the
// same `client_id`, which the server remembers, so that nothing is said twice. Emits `change`.

import { storage } from './storage.js';

/** @typedef {import('../state/types.js').Pending} Pending */

const RETRY_MS = 3_000;
const ANSWER_MS = 12_000;
/** Refusals that pass by themselves. */
const PASSING = new Set(['rate_limited', 'unavailable']);

export class Outbox extends EventTarget {
  #socket;
  #prefix = null;
  #sent = new Map(); // client_id → when, over the connection there is now
  #timer = null;

  constructor(socket) {
    super();
    this.#socket = socket;
    // Other tabs of the same person write here too.
    addEventListener('storage', ({ key }) => this.#prefix && key?.startsWith(`salon.${this.#prefix}`) && this.#changed());
  }

  /** @param {?string} user_id whose messages these are; null when signed out */
  belongTo(user_id) {
    this.#prefix = user_id && `outbox.${user_id}.`;
    this.#sent.clear();
    clearTimeout(this.#timer);
    this.#changed();
  }

  /** @returns {Pending[]} */
  get pending() {
    if (!this.#prefix) return [];
    return storage
      .keys(this.#prefix)
      .map((key) => JSON.parse(storage.get(key) ?? 'null'))
      .filter(Boolean)
      .sort((a, b) => a.timestamp.localeCompare(b.timestamp) || a.order - b.order);
  }

  /** @param {{client_id: string, chat_id: string, content: string, reply_to?: string, attachments?: {id: string}[]}} message */
  add(message) {
    this.#write({ ...message, timestamp: new Date().toISOString(), order: performance.now(), state: 'queued', code: null });
    this.flush();
  }

  retry(client_id) {
    const pending = this.#read(client_id);
    if (!pending) return;
    this.#sent.delete(client_id);
    this.#write({ ...pending, state: 'queued', code: null });
    this.flush();
  }

  /** Confirmed by the server, or discarded by its author. */
  remove(client_id) {
    this.#sent.delete(client_id);
    if (!this.#prefix || !storage.get(this.#prefix + client_id)) return;
    storage.set(this.#prefix + client_id, null);
    this.#changed();
  }

  refuse(client_id, code) {
    const pending = this.#read(client_id);
    if (!pending) return;
    this.#sent.delete(client_id);
    if (PASSING.has(code)) this.#later();
    else this.#write({ ...pending, state: 'failed', code });
  }

  /** The connection is gone: whatever was on its way will have to go again. */
  interrupt() {
    this.#sent.clear();
    clearTimeout(this.#timer);
  }

  /** The server ended the connection over something it could not read. Sending that again would go on forever. */
  refuseSent(code) {
    for (const client_id of [...this.#sent.keys()]) this.refuse(client_id, code);
  }

  flush() {
    if (!this.#socket.online) return;
    for (const { client_id, chat_id, content, reply_to, attachments, timestamp, state } of this.pending) {
      if (state !== 'queued' || this.#sent.has(client_id)) continue;
      const message = { content, chat_id, timestamp, client_id, reply_to, attachments: attachments?.map(({ id }) => id) };
      if (!this.#socket.send('new_message', message, client_id)) return;
      this.#sent.set(client_id, Date.now());
    }
    if (this.#sent.size) this.#later();
  }

  /** Looks after what was sent: no answer for long means that the connection is dead without saying so. */
  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const oldest = Math.min(...this.#sent.values());
      if (Date.now() - oldest > ANSWER_MS) this.#socket.restart();
      else this.flush();
    }, RETRY_MS);
  }

  #read(client_id) {
    return this.#prefix && JSON.parse(storage.get(this.#prefix + client_id) ?? 'null');
  }

  #write(pending) {
    storage.set(this.#prefix + pending.client_id, JSON.stringify(pending));
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
