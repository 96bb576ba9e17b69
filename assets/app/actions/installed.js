// The client as an application of its own: its newer versions, its badge, what it shows when nobody looks, and what of it
// stays on this device.

import { pathOf } from '../state/select.js';

export function installedActions(app) {
  const { store, worker } = app;
  let coming = null;
  /** Not in the first sight: it comes once the worker is there. */
  const push = async () => (await (coming ??= import('./push.js'))).pushActions(app);

  return {
    checkPush: async () => worker.registration && (await push()).checkPush(),
    pushHere: async (on) => (await push()).pushHere(on),

    takeShared: async () => (await import('../net/shared.js')).takeShared(),

    newsCame: () => store.dispatch({ type: 'preference', name: 'news', value: true }),
    takeNews: () => worker.takeNews(),

    /** A notification was chosen. */
    followNotification(path) {
      app.actions.closeAllDialogs();
      app.actions.go(path);
    },

    /** Shows a message by the worker, where there is one: then what is pushed and what the page tells are one. */
    async showByWorker(title, message, options) {
      const { registration } = worker;
      if (!registration?.active) return false;
      const { id, seq, chat_id } = message;
      const path = pathOf(store.state.conversations[chat_id], seq);
      try {
        const shown = await registration.getNotifications({ tag: chat_id });
        if (shown.some(({ data }) => data?.id === id)) return true; // it was pushed
        await registration.showNotification(title, { ...options, icon: '/icons/salon-192.png', data: { path, id } });
        return true;
      } catch {
        return false;
      }
    },

    /** What was read, here or elsewhere, is told no more; the badge says what is left. */
    async tidyNotifications(unread) {
      if (unread) await navigator.setAppBadge?.(unread).catch(() => {});
      else await navigator.clearAppBadge?.().catch(() => {});
      for (const notification of (await worker.registration?.getNotifications()) ?? []) {
        const conversation = store.state.conversations[notification.tag];
        if (conversation && !conversation.unread_count) notification.close();
      }
    },

    /** Nothing of who was signed in stays. */
    async leaveDevice() {
      await app.keeping.forget();
      await (await import('../net/shared.js')).forgetShared();
      if (worker.registration) await (await push()).endPush({ tell: false });
      await navigator.clearAppBadge?.().catch(() => {});
      for (const notification of (await worker.registration?.getNotifications()) ?? []) notification.close();
    },
  };
}
