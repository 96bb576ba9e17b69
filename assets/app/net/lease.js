// For browsers that offer no locks, as on plain http in a home network: whoever's name stays written may go.

import { storage } from './storage.js';

const LEASE_MS = 10_000;
const tab = Math.random().toString(36).slice(2);

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function withLease(key, task) {
  for (;;) {
    const [holder, until] = (storage.get(key) ?? '').split(' ');
    if (!holder || Number(until) < Date.now()) {
      storage.set(key, `${tab} ${Date.now() + LEASE_MS}`);
      await pause(30 + Math.random() * 60); // two tabs may write at once: the last one stands
      if (storage.get(key)?.startsWith(`${tab} `)) break;
    }
    await pause(100);
  }
  try {
    return await task();
  } finally {
    if (storage.get(key)?.startsWith(`${tab} `)) storage.set(key, null);
  }
}
