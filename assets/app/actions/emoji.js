// Emoji: the list comes when it is first needed, and what was used is remembered on this device.

import { storage } from '../net/storage.js';

const RECENT = 'emoji';

export function emojiActions(app) {
  const { store, api } = app;
  let asking = null;

  async function load() {
    try {
      const list = await api.open('GET', '/api/emoji');
      store.dispatch({ type: 'emoji_known', list });
    } catch {
      store.dispatch({ type: 'emoji_unknown' });
    } finally {
      asking = null;
    }
  }

  return {
    /** Again only after it could not be had. */
    loadEmoji() {
      if (store.state.emoji.list) return;
      asking ??= load();
    },

    /**
     * Opens the sheet of all of them.
     * @param {Element} anchor what it opens beside
     * @param {(emoji: string) => void} choose
     * @param {HTMLElement} back has the focus once one is chosen
     */
    async chooseEmoji(anchor, choose, back) {
      if (!(await app.parts.bring('emoji')) || !anchor.isConnected) return;
      document.dispatchEvent(new CustomEvent('salon:emoji', { detail: { anchor, choose, back } }));
    },

    recallEmoji() {
      const recent = storage.get(RECENT)?.split(' ').filter(Boolean) ?? [];
      store.dispatch({ type: 'emoji_recent', recent });
    },

    useEmoji(emoji) {
      store.dispatch({ type: 'emoji_used', emoji });
      storage.set(RECENT, store.state.emoji.recent.join(' '));
    },
  };
}
