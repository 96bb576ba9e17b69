// Files on their way to the server: a few at a time, each by an XMLHttpRequest, which alone tells how far it has come.
// Holds the files themselves and their previews; emits `change` with what is new of one of them.

import { refresh } from './refresh.js';

const AT_ONCE = 2;
const TRIES = 4;
const RETRY_MS = 3_000;
const STALLED_MS = 90_000;
const KEPT_MS = 23 * 60 * 60 * 1000; // the server forgets after a day what is not posted
/** Refusals that pass by themselves; 0: nothing was heard. */
const PASSING = new Set([0, 429, 503]);
const PREVIEWED = /^image\/(png|jpeg|gif|webp|avif)$/;

const refusal = (request) => {
  try {
    return JSON.parse(request.responseText).error.code;
  } catch {
    return request.status === 0 ? 'network' : 'unavailable';
  }
};

export class Uploads extends EventTarget {
  #known = new Map(); // key → {file, chat_id, preview, state, request, tries, renewed}
  #isOnline;
  #ended;
  #timer = null;

  /** @param {{isOnline: () => boolean, ended: () => void}} listener `ended` is called when the session is over */
  constructor({ isOnline, ended }) {
    super();
    this.#isOnline = isOnline;
    this.#ended = ended;
  }

  /** Takes a file; it goes with the next `flush`. @returns {?string} the address of a preview of it */
  add(key, chat_id, file) {
    const preview = PREVIEWED.test(file.type) ? URL.createObjectURL(file) : null;
    this.#known.set(key, { file, chat_id, preview, state: 'waiting', request: null, tries: 0, renewed: false });
    return preview;
  }

  retry(key) {
    const upload = this.#known.get(key);
    if (upload?.state !== 'failed') return;
    Object.assign(upload, { tries: 0, renewed: false });
    this.#become(key, upload, { state: 'waiting', percent: 0, code: null });
    this.flush();
  }

  /** All others are given up. @param {Set<string>} keys */
  keep(keys) {
    for (const [key, upload] of this.#known) {
      if (keys.has(key)) continue;
      this.#known.delete(key);
      this.#abort(upload);
      if (upload.preview) URL.revokeObjectURL(upload.preview);
    }
    this.flush();
  }

  /** There is no network: what is on its way will have to go again, from its beginning. */
  interrupt() {
    for (const [key, upload] of this.#known) {
      if (upload.state !== 'sending') continue;
      this.#abort(upload);
      this.#become(key, upload, { state: 'waiting', percent: 0 });
    }
  }

  /** The connection is back. */
  resume() {
    for (const upload of this.#known.values()) upload.tries = 0;
    this.flush();
  }

  flush() {
    if (!this.#isOnline()) return;
    let free = AT_ONCE - [...this.#known.values()].filter(({ state }) => state === 'sending').length;
    for (const [key, upload] of this.#known) {
      if (free <= 0) return;
      if (upload.state !== 'waiting') continue;
      this.#send(key, upload);
      free -= 1;
    }
  }

  #send(key, upload) {
    const since = Date.now();
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append('file', upload.file, upload.file.name);
    let stalled;
    const alive = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALLED_MS);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      alive();
      const percent = Math.floor((loaded / total) * 100);
      if (percent !== upload.percent && upload.request === request) this.#become(key, upload, { percent });
    };
    request.onloadend = () => {
      clearTimeout(stalled);
      if (upload.request !== request) return; // given up meanwhile
      upload.request = null;
      this.#answered(key, upload, request, since);
    };
    request.open('POST', `/api/conversations/${upload.chat_id}/attachments`);
    alive();
    upload.request = request;
    this.#become(key, upload, { state: 'sending', percent: 0, code: null });
    request.send(form);
  }

  async #answered(key, upload, request, since) {
    const { status } = request;
    if (status === 201) {
      const attachment = JSON.parse(request.responseText);
      this.#become(key, upload, { state: 'done', percent: 100, attachment, until: since + KEPT_MS });
      upload.file = null;
    } else if (status === 401 && !upload.renewed) {
      upload.renewed = true;
      await this.#renew(key, upload, since);
    } else if (PASSING.has(status) && (upload.tries += 1) < TRIES) {
      this.#become(key, upload, { state: 'waiting', percent: 0 });
      const after = Number(request.getResponseHeader('Retry-After')) * 1000;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.flush(), after || RETRY_MS);
      return; // not at once: nothing would be different
    } else this.#become(key, upload, { state: 'failed', code: refusal(request) });
    this.flush();
  }

  async #renew(key, upload, since) {
    let signedIn = true;
    try {
      signedIn = await refresh(since);
    } catch {
      // Not reachable now: the next try tells.
    }
    if (!this.#known.has(key)) return;
    this.#become(key, upload, { state: 'waiting', percent: 0 });
    if (!signedIn) this.#ended();
  }

  #abort(upload) {
    const { request } = upload;
    upload.request = null;
    request?.abort();
  }

  #become(key, upload, changes) {
    Object.assign(upload, changes);
    this.dispatchEvent(new CustomEvent('change', { detail: { key, changes } }));
  }
}
