// Slow mode: until when one is quiet in a room. The server decides; this spares people a refusal.

import { mayManage } from './select.js';

const until = (state, chat_id, moment) => ({ ...state, slowed: { ...state.slowed, [chat_id]: moment } });

/** The server has said for how long. */
export const slowedDown = (state, { chat_id, seconds }) => until(state, chat_id, Date.now() + seconds * 1000);

/** One has said something, by this clock or the server's, whichever is behind. */
export function paced(state, message) {
  const { slow_mode } = state.conversations[message.chat_id] ?? {};
  if (!slow_mode || message.sender_id !== state.me?.id) return state;
  const moment = Math.min(Date.now(), Date.parse(message.date)) + slow_mode * 1000;
  return moment > (state.slowed[message.chat_id] ?? 0) ? until(state, message.chat_id, moment) : state;
}

/** @returns {number} seconds until one may speak there again; all of them while a message is on its way */
export function waitOf(state, chat_id) {
  const room = state.conversations[chat_id];
  if (!room?.slow_mode || mayManage(state, room)) return 0;
  if (state.pending.some((pending) => pending.chat_id === chat_id && pending.state === 'queued')) return room.slow_mode;
  const left = Math.ceil(((state.slowed[chat_id] ?? 0) - Date.now()) / 1000);
  return Math.max(0, Math.min(left, room.slow_mode));
}

/** @param {number} seconds @returns {string} 0:05, 1:30, 2:00:00 */
export function clockOf(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const parts = hours ? [hours, String(minutes).padStart(2, '0')] : [minutes];
  return [...parts, String(seconds % 60).padStart(2, '0')].join(':');
}
