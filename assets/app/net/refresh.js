// Renews the session's cookies. A refresh token works once, and using it twice ends the session; the tabs of one
// browser share it, so only one of them may renew at a time, and the others must notice that it was done.

import { storage } from './storage.js';

const LEASE_MS = 10_000;
const FRESH_MS = 12 * 60 * 1000; // an access token lives 15 minutes
const tab = Math.random().toString(36).slice(2);

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** For browsers that offer no locks, as on plain http in a home network: whoever's name stays written may go. */
async function withLease(task) {
  for (;;) {
    const [holder, until] = (storage.get('lease') ?? '').split(' ');
    if (!holder || Number(until) < Date.now()) {
      storage.set('lease', `${tab} ${Date.now() + LEASE_MS}`);
      await pause(30 + Math.random() * 60); // two tabs may write at once: the last one stands
      if (storage.get('lease')?.startsWith(`${tab} `)) break;
    }
    await pause(100);
  }
  try {
    return await task();
  } finally {
    if (storage.get('lease')?.startsWith(`${tab} `)) storage.set('lease', null);
  }
}

const exclusively = (task) =>
  navigator.locks ? navigator.locks.request('salon.refresh', task) : withLease(task);

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
  exclusively(async () => {
    if (refreshedAt() > since) return true;
    const answer = await fetch('/api/auth/refresh', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
    });
    if (answer.status === 401) return false;
    if (!answer.ok) throw new Error(`refresh: ${answer.status}`);
    noteFresh();
    return true;
  });
