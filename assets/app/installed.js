// Joins the service worker, and what is kept for it, to the rest: newer versions, notifications that lead here, the badge.

import { unreadTotal } from './state/select.js';

export function startInstalled({ store, worker, keeping, actions }) {
  worker.addEventListener('news', () => actions.newsCame());
  worker.addEventListener('go', ({ detail }) => actions.followNotification(detail));
  worker.addEventListener('ready', () => actions.checkPush());
  store.watch(({ connection }) => [connection.status], ({ connection }) => connection.status === 'online' && worker.look());
  store.watch(({ phase, recalled, conversations, mentions }) => [phase, recalled, conversations, mentions], (state) => {
    if (state.phase === 'signed_in' && state.ready && !state.recalled) actions.tidyNotifications(unreadTotal(state));
  });
  keeping.start();
  // after the page's own files, which it would otherwise compete with
  if (document.readyState === 'complete') worker.start();
  else addEventListener('load', () => worker.start(), { once: true });
}
