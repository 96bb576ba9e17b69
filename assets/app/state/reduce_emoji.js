// The emoji that the server knows, once they were asked for, and those that were used on this device, latest first.

import { withRecent } from './emoji.js';

const put = (state, changes) => ({ ...state, emoji: { ...state.emoji, ...changes } });

export const locals = {
  emoji_known: (state, { list }) => put(state, { list, failed: false }),
  emoji_unknown: (state) => put(state, { failed: true }),
  emoji_recent: (state, { recent }) => put(state, { recent }),
  emoji_used: (state, { emoji }) => put(state, { recent: withRecent(state.emoji.recent, emoji) }),
};
