// Pinning messages, the list of what is pinned, and what a message said before it was edited.

import { ApiError } from '../net/api.js';
import { dialogNamed } from '../state/select.js';

const MOST = 100;

export function pinActions(app) {
  const { store, api } = app;

  /** What it says when there is no room for one more, not that it exists. */
  async function call(message, on) {
    const path = `/api/messages/${message.id}/pin`;
    try {
      await (on ? api.put(path) : api.delete(path));
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'conflict') throw error;
      store.dispatch({ type: 'notice', notice: { kind: 'error', key: 'pins.refused' } });
      return false;
    }
    return true;
  }

  /** Shown at once; taken back if the server will not have it. */
  async function set(message, on) {
    const { id, chat_id } = message;
    const show = (pinned_at, pinned_by) =>
      store.dispatch({ frame: pinned_at ? 'message_pinned' : 'message_unpinned', data: { id, chat_id, pinned_at, pinned_by } });
    if (on) show(new Date().toISOString(), store.state.me.username);
    else show(null);
    let done = false;
    await app.tryTo(async () => {
      done = await call(message, on);
    });
    if (done) return;
    show(message.pinned_at, message.pinned_by);
    app.actions.refreshPins(chat_id);
  }

  return {
    pin: (message) => set(message, true),
    unpin: (message) => set(message, false),

    openPins(chat_id) {
      store.dispatch({ type: 'found', pins: null });
      app.actions.openDialog('pins', { chat_id });
    },
    loadPins: (chat_id) =>
      app.tryTo(async () => {
        const pins = await api.get(`/api/conversations/${chat_id}/pins?limit=${MOST}`);
        if (dialogNamed(store.state, 'pins')?.chat_id === chat_id) store.dispatch({ type: 'found', pins });
      }),
    /** Something was pinned, or may have been unseen. */
    refreshPins(chat_id) {
      const open = dialogNamed(store.state, 'pins')?.chat_id;
      if (open && (!chat_id || chat_id === open)) app.actions.loadPins(open);
    },

    openVersions({ id }) {
      store.dispatch({ type: 'found', versions: null });
      app.actions.openDialog('versions', { message_id: id });
    },
    async loadVersions(message_id) {
      const shown = () => dialogNamed(store.state, 'versions')?.message_id === message_id;
      const done = await app.tryTo(async () => {
        const versions = await api.get(`/api/messages/${message_id}/history?limit=${MOST}`);
        if (shown()) store.dispatch({ type: 'found', versions });
      });
      if (!done && shown()) app.actions.closeDialog();
    },
    /** It was edited once more. */
    refreshVersions(id) {
      if (dialogNamed(store.state, 'versions')?.message_id === id) app.actions.loadVersions(id);
    },
  };
}
