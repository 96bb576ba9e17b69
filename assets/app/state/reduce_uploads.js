// The files that were chosen for a message and are not posted yet, by conversation.

import { put } from './reduce_frames.js';

const uploadsIn = (state, chat_id) => state.uploads[chat_id] ?? [];

const placeOf = (state, key) =>
  Object.keys(state.uploads).find((chat_id) => state.uploads[chat_id].some((upload) => upload.key === key));

/** A message takes its files along, in whichever tab it was sent. */
export function withoutSent(state, { chat_id, attachments = [] }) {
  const left = uploadsIn(state, chat_id).filter(({ attachment }) => !attachments.some(({ id }) => id === attachment?.id));
  return left.length < uploadsIn(state, chat_id).length ? put(state, 'uploads', chat_id, left) : state;
}

export const frames = { new_message: withoutSent };

/** @type {Object<string, (state: import('./types.js').State, event: any) => import('./types.js').State>} */
export const locals = {
  uploads_added: (state, { chat_id, uploads }) =>
    put(state, 'uploads', chat_id, [...uploadsIn(state, chat_id), ...uploads]),
  upload_changed(state, { key, changes }) {
    const chat_id = placeOf(state, key);
    if (!chat_id) return state;
    const change = (upload) => (upload.key === key ? { ...upload, ...changes } : upload);
    return put(state, 'uploads', chat_id, state.uploads[chat_id].map(change));
  },
  upload_removed(state, { key }) {
    const chat_id = placeOf(state, key);
    if (!chat_id) return state;
    return put(state, 'uploads', chat_id, state.uploads[chat_id].filter((upload) => upload.key !== key));
  },
  /** Words that go once the files are there; null: they do not go by themselves. */
  awaited: (state, { chat_id, content }) => put(state, 'awaited', chat_id, content),
};
