// What was typed or uploaded and not sent, per person and conversation, across reloads.

import { storage } from '../net/storage.js';

/** Where the browser keeps it. */
export const draftKey = (user_id, chat_id) => `draft.${user_id}.${chat_id}`;

export const readDraft = (user_id, chat_id) => storage.get(draftKey(user_id, chat_id)) ?? '';

export const writeDraft = (user_id, chat_id, text) =>
  storage.set(draftKey(user_id, chat_id), text.trim() === '' ? null : text);

const replyKey = (user_id, chat_id) => `reply.${user_id}.${chat_id}`;

/** @returns {?import('../state/types.js').Message} what is answered by it */
export const readReply = (user_id, chat_id) => JSON.parse(storage.get(replyKey(user_id, chat_id)));

export const writeReply = (user_id, chat_id, message) =>
  storage.set(replyKey(user_id, chat_id), message && JSON.stringify(message));

const filesKey = (user_id, chat_id) => `files.${user_id}.${chat_id}`;

/** What the server has forgotten by now is left out. @returns {import('../state/types.js').Upload[]} */
export const readDraftFiles = (user_id, chat_id) =>
  JSON.parse(storage.get(filesKey(user_id, chat_id)) ?? '[]').filter(({ until }) => until > Date.now());

/** Only what is uploaded: the others lived in the page. A preview did too, but the server has the picture. */
export function writeDraftFiles(user_id, chat_id, uploads) {
  const kept = uploads.filter(({ state }) => state === 'done').map((upload) => {
    const { mime, url, thumbnail_url } = upload.attachment;
    return { ...upload, preview: mime.startsWith('image/') ? thumbnail_url ?? url : null };
  });
  storage.set(filesKey(user_id, chat_id), kept.length ? JSON.stringify(kept) : null);
}

/** All of that, and what was not delivered yet. */
export function forgetWritten(user_id) {
  const keys = ['draft', 'reply', 'files', 'outbox'].flatMap((kind) => storage.keys(`${kind}.${user_id}.`));
  for (const key of keys) storage.set(key, null);
}
