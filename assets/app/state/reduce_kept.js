// What was last seen, as it is kept in the browser and taken up again where the server cannot be reached.

const MESSAGES = 60;
const TIMELINES = 30;

/** The newest of a timeline; nothing of one that ends before the newest message. */
function newest(timeline) {
  if (!timeline.loaded || !timeline.at_end || timeline.stale) return null;
  const { messages, at_start } = timeline;
  return {
    messages: messages.slice(-MESSAGES), at_start: at_start && messages.length <= MESSAGES, at_end: true, loaded: true,
    loading: null, late: [], divider_seq: null, target_seq: null,
  };
}

/**
 * What is worth keeping. Of conversations that were not opened this time, what was kept before: `stale`, since what
 * happened to it meanwhile is not known.
 * @param {import('./types.js').State} state
 * @param {Object<string, import('./types.js').Timeline>} before timelines that are kept already
 */
export function seen(state, before) {
  const { me, cursor, conversations, users, members, mentions, limits } = state;
  const timelines = {};
  for (const chat_id of Object.keys(conversations)) {
    const now = state.timelines[chat_id] && newest(state.timelines[chat_id]);
    if (now) timelines[chat_id] = now;
    else if (before[chat_id]) timelines[chat_id] = { ...before[chat_id], stale: true };
  }
  const latest = Object.entries(timelines).sort(([, a], [, b]) =>
    (b.messages.at(-1)?.date ?? '').localeCompare(a.messages.at(-1)?.date ?? ''));
  return { me, cursor, conversations, users, members, mentions, limits, timelines: Object.fromEntries(latest.slice(0, TIMELINES)) };
}

/** @type {Object<string, (state: import('./types.js').State, event: any) => import('./types.js').State>} */
export const locals = {
  recalled: (state, { seen }) => ({ ...state, ...seen, phase: 'signed_in', ready: true, recalled: true, notice: null }),
};

export const frames = {
  /** The server is back: what nobody can bring up to date is loaded anew. */
  hello(state) {
    if (!state.recalled) return state;
    const timelines = Object.fromEntries(Object.entries(state.timelines).filter(([, { stale }]) => !stale));
    return { ...state, timelines, recalled: false };
  },
};
