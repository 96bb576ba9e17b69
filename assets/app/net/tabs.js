// What the tabs of one browser agree on: which conversation is being looked at in one of them, and that a message is
// told once, whichever of them tells it.

import { exclusively } from './exclusive.js';
import { storage } from './storage.js';

const LOOKING = 'looking';
const TOLD = 'told';
const KEPT = 30;
const tab = Math.random().toString(36).slice(2);

/** @param {?string} chat_id null: nobody looks, as far as this tab knows */
export function lookAt(chat_id) {
  if (chat_id) storage.set(LOOKING, `${tab} ${chat_id}`);
  else if (storage.get(LOOKING)?.startsWith(`${tab} `)) storage.set(LOOKING, null);
}

export const isLookedAt = (chat_id) => storage.get(LOOKING)?.split(' ')[1] === chat_id;

/** @returns {Promise<boolean>} false: another tab has told it */
export const mayTell = (message_id) =>
  exclusively('telling', () => {
    const told = (storage.get(TOLD) ?? '').split(' ');
    if (told.includes(message_id)) return false;
    storage.set(TOLD, [message_id, ...told].slice(0, KEPT).join(' ').trim());
    return true;
  });
