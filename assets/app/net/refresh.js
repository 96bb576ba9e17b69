// Renews the session's cookies. A refresh token works once, and using it twice ends the session; the tabs of one
// browser share it, so only one of them may renew at a time, and the others must notice that it was done.

import { exclusively } from './exclusive.js';
import { storage } from './storage.js';

const FRESH_MS = 12 * 60 * 1000; // an access token lives 15 minutes

const refreshedAt = () => Number(storage.get('refreshed_at') ?? 0);

/** The cookies are new as of now: after a refresh, and after signing in. */
export const noteFresh = () => storage.set('refreshed_at', String(Date.now()));

export const isFresh = () => Date.now() - refreshedAt() < FRESH_MS;

/**
 * Renews unless some tab has done so after `since`. True: signed in. False: the session is over.
 * @param {number} since ms; when what made this necessary was sent
 * @throws when the server cannot be reached
 */
export const refresh = (since) =>
  exclusively('refresh', async () => {
    if (refreshedAt() > since) return true;
    const answer = await fetch('/api/auth/refresh', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(9_000), // less than others wait for their turn: a request that is lost must not keep all away
    });
    if (answer.status === 401) return false;
    if (!answer.ok) throw new Error(`refresh: ${answer.status}`);
    noteFresh();
    return true;
  });
