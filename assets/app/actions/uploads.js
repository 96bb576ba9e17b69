// Files for messages: chosen, tried again, removed; and handed over to the message that they go with.

import { bytesOf, listOf } from '../i18n.js';
import { newClientId } from '../models/client_id.js';
import { readDraftFiles, writeDraftFiles } from '../models/drafts.js';
import { waitOf } from '../state/pace.js';
import { uploadsOf } from '../state/select.js';

/** The most files that the server takes with a message. */
const MOST = 10;

export function uploadActions(app) {
  const { store, api, uploads } = app;

  const refuse = (key, params) => store.dispatch({ type: 'notice', notice: { kind: 'error', key, params } });

  const forget = (id) => api.delete(`/api/attachments/${id}`).catch(() => {
    // The server forgets by itself what is not posted within a day.
  });

  return {
    /** @param {File[]} files */
    attach(chat_id, files) {
      const most = store.state.limits.upload_bytes ?? Infinity;
      const room = MOST - uploadsOf(store.state, chat_id).length;
      const fitting = files.filter(({ size }) => size <= most);
      if (fitting.length > room) refuse('uploads.too_many', { n: MOST });
      if (fitting.length < files.length) {
        const names = listOf(files.filter(({ size }) => size > most).map(({ name }) => name));
        refuse('uploads.too_large', { names, most: bytesOf(most) });
      }
      const added = fitting.slice(0, room).map((file) => {
        const key = newClientId();
        const preview = uploads.add(key, chat_id, file);
        const { name, size } = file;
        return { key, name, size, preview, state: 'waiting', percent: 0, code: null, attachment: null };
      });
      if (!added.length) return;
      store.dispatch({ type: 'uploads_added', chat_id, uploads: added });
      uploads.flush();
    },
    /** What was uploaded there before the page was loaded again. */
    recallUploads(chat_id) {
      if (store.state.uploads[chat_id]) return;
      const kept = readDraftFiles(store.state.me.id, chat_id);
      if (kept.length) store.dispatch({ type: 'uploads_added', chat_id, uploads: kept });
    },
    /** All others are given up; what is done is remembered on this device. */
    keepUploads() {
      const { uploads: known, me } = store.state;
      uploads.keep(new Set(Object.values(known).flat().map(({ key }) => key)));
      for (const [chat_id, there] of Object.entries(known)) writeDraftFiles(me.id, chat_id, there);
    },
    refuseFolders: () => refuse('uploads.no_folders'),

    retryUpload: (key) => uploads.retry(key),

    removeUpload(chat_id, key) {
      const upload = uploadsOf(store.state, chat_id).find((other) => other.key === key);
      store.dispatch({ type: 'upload_removed', key });
      if (upload?.attachment) forget(upload.attachment.id);
    },

    awaitUploads: (chat_id, content) => store.dispatch({ type: 'awaited', chat_id, content }),

    /** What waited for files that are there now goes, wherever one is. */
    sendAwaited() {
      const { awaited } = store.state;
      for (const chat_id of Object.keys(awaited).filter((chat_id) => awaited[chat_id] !== null)) {
        const states = uploadsOf(store.state, chat_id).map(({ state }) => state);
        const lost = !states.length || states.includes('failed');
        if (!lost && (states.some((state) => state !== 'done') || waitOf(store.state, chat_id))) continue;
        app.actions.awaitUploads(chat_id, null);
        if (!lost) app.actions.say(chat_id, awaited[chat_id]);
      }
    },

    /** What was uploaded for a conversation goes into the message that is being sent there. */
    takeUploads: (chat_id) => uploadsOf(store.state, chat_id).map(({ attachment }) => attachment).filter(Boolean),

    /** A message that will not be sent after all. */
    forgetFiles: (files = []) => files.forEach(({ id }) => forget(id)),

    /** A file could not be read: perhaps the session is older than it may be. */
    renewForFiles: () => api.keepFresh(),

    openPicture: (chat_id, id) => app.actions.openDialog('lightbox', { chat_id, id }),
  };
}
