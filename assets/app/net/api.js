// REST: a call in, its JSON out, or an ApiError that says what the server refused and why. Renews the session when
// an answer says that it ran out, and tries once more; reports when it is over for good.

import { isFresh, noteFresh, refresh } from './refresh.js';

export class ApiError extends Error {
  /** @param {number} status 0: the server could not be reached */
  constructor(status, code, message, fields = {}) {
    super(message);
    Object.assign(this, { status, code, fields });
  }
}

/** As much as a browser sends on for a page that is left; more than that it refuses. */
const KEPT_ALIVE = 4096;

/** A picture goes as it is; what kind it is, the server sees by its bytes. */
const kindOf = ({ type }) => (type.startsWith('image/') ? type : 'image/*');

/** @param {{ended: () => void}} listener `ended` is called when the session is over */
export function createApi({ ended }) {
  async function send(method, path, body) {
    const is_file = body instanceof Blob;
    const sent = body === undefined || is_file ? body : JSON.stringify(body);
    try {
      return await fetch(path, {
        method,
        headers: body === undefined ? {} : { 'Content-Type': is_file ? kindOf(body) : 'application/json' },
        body: sent,
        // Who presses a button and leaves the page at once has pressed it.
        keepalive: method !== 'GET' && !is_file && (sent?.length ?? 0) <= KEPT_ALIVE,
      });
    } catch (error) {
      throw new ApiError(0, 'network', error.message);
    }
  }

  async function renew(since) {
    try {
      return await refresh(since);
    } catch (error) {
      throw new ApiError(0, 'network', error.message);
    }
  }

  async function read(answer) {
    const type = answer.headers.get('Content-Type') ?? '';
    const json = type.includes('json') ? await answer.json() : null;
    if (answer.ok) return json;
    const { code, message, fields } = json?.error ?? {};
    throw new ApiError(answer.status, code ?? 'unavailable', message ?? answer.statusText, fields);
  }

  /** For calls that need no session: a 401 there is an answer, not the end of one. */
  async function open(method, path, body) {
    return read(await send(method, path, body));
  }

  async function call(method, path, body) {
    const sent = Date.now();
    let answer = await send(method, path, body);
    if (answer.status === 401) {
      if (await renew(sent)) answer = await send(method, path, body);
      if (answer.status === 401) ended();
    }
    return read(answer);
  }

  return {
    open,
    noteFresh,
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    patch: (path, body) => call('PATCH', path, body),
    delete: (path, body) => call('DELETE', path, body),

    /** Renews before it is needed; quietly, since a failure shows at the next call. */
    async keepFresh() {
      if (isFresh()) return;
      try {
        if (!(await refresh(Date.now() - 1000 * 60 * 12))) ended();
      } catch {
        // Not reachable now.
      }
    },
  };
}
