// The rows that a timeline shows: its messages and the pending ones, with day separators, the unread divider and the
// grouping of what one person says in a row. Pure: the same state gives the same rows.

import { pendingOf } from './select.js';
import { emptyTimeline } from './timelines.js';

const GROUP_MS = 5 * 60 * 1000;

/** @typedef {{key: string, kind: 'start'|'unloaded'|'day'|'divider'|'message'|'pending'|'whisper', date?: string, grouped?: boolean,
 *   message?: import('./types.js').Message, pending?: import('./types.js').Pending, whisper?: import('./types.js').Whisper}} Row */

const dayOf = (date) => new Date(date).toDateString();

/** Own messages keep their key when the server confirms them, and so their element: nothing flashes. */
const keyOf = (state, { sender_id, client_id, id }) =>
  sender_id === state.me.id && client_id ? `c:${client_id}` : `m:${id}`;

/** @returns {Row[]} */
export function rowsOf(state, chat_id) {
  const timeline = state.timelines[chat_id] ?? emptyTimeline();
  /** @type {Row[]} */
  const rows = [];
  let previous = null;

  const push = (kind, key, date, sender_id, extra, unread = false) => {
    if (!previous || dayOf(previous.date) !== dayOf(date)) {
      rows.push({ kind: 'day', key: `d:${dayOf(date)}`, date });
      previous = null;
    }
    if (unread) rows.push({ kind: 'divider', key: 'divider' });
    const near = previous && !unread && new Date(date) - new Date(previous.date) < GROUP_MS;
    const grouped = Boolean(near && previous.sender_id === sender_id);
    rows.push({ kind, key, date, grouped, ...extra });
    previous = { date, sender_id };
  };

  const whispers = state.whispers.filter((whisper) => whisper.chat_id === chat_id);
  /** What was told this person alone stands where it was heard. */
  const whisper = (until) => {
    while (whispers[0]?.date < until) {
      const next = whispers.shift();
      push('whisper', `w:${next.key}`, next.date, null, { whisper: next });
    }
  };

  if (timeline.failed && !timeline.loaded) rows.push({ kind: 'unloaded', key: 'unloaded' });
  if (timeline.at_start) rows.push({ kind: 'start', key: 'start' });
  let divided = timeline.divider_seq === null;
  for (const message of timeline.messages) {
    const unread = !divided && message.seq > timeline.divider_seq && message.sender_id !== state.me.id;
    divided ||= unread;
    whisper(message.date);
    push('message', keyOf(state, message), message.date, message.sender_id, { message }, unread);
  }
  if (timeline.at_end) {
    whisper('~');
    const stored = new Set(timeline.messages.map((message) => message.client_id));
    for (const pending of pendingOf(state, chat_id)) {
      if (stored.has(pending.client_id)) continue;
      push('pending', `c:${pending.client_id}`, pending.timestamp, state.me.id, { pending });
    }
  }
  return rows;
}
