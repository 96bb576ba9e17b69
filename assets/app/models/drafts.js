// What was typed and not sent, per person and conversation, across reloads.

import { storage } from '../net/storage.js';

const key = (user_id, chat_id) => `draft.${user_id}.${chat_id}`;

export const readDraft = (user_id, chat_id) => storage.get(key(user_id, chat_id)) ?? '';

export const writeDraft = (user_id, chat_id, text) =>
  storage.set(key(user_id, chat_id), text.trim() === '' ? null : text);
