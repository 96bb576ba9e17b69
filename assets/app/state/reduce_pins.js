// What is pinned: on the messages that are loaded, and in the list while it is open. The list is asked for when it is
// opened; what a frame tells of it is only what it can tell, the rest is asked for again.

import { changeMessage } from './reduce_likes.js';

/** @typedef {import('./types.js').State} State */

const listed = (state, how) => {
  const { pins } = state.found;
  const next = pins && how(pins);
  return next === pins ? state : { ...state, found: { ...state.found, pins: next } };
};

const without = (id) => (pins) => (pins.some((pin) => pin.id === id) ? pins.filter((pin) => pin.id !== id) : pins);

/** @type {Object<string, (state: State, data: any) => State>} */
export const frames = {
  message_pinned: (state, { id, chat_id, pinned_at, pinned_by }) =>
    changeMessage(state, { id, chat_id }, (message) => ({ ...message, pinned_at, pinned_by })),

  message_unpinned(state, { id, chat_id }) {
    const next = changeMessage(state, { id, chat_id }, (message) => ({ ...message, pinned_at: null, pinned_by: null }));
    return listed(next, without(id));
  },

  message_edited: (state, message) =>
    listed(state, (pins) => {
      if (!message.pinned_at) return without(message.id)(pins);
      return pins.some(({ id }) => id === message.id) ? pins.map((pin) => (pin.id === message.id ? message : pin)) : pins;
    }),

  /** Deleted, it is not pinned any more, and nothing is left of what it said. */
  message_deleted(state, message) {
    const next = listed(state, without(message.id));
    const shown = next.dialog?.name === 'versions' && next.dialog.message_id === message.id;
    return shown ? { ...next, found: { ...next.found, versions: [] } } : next;
  },
};
