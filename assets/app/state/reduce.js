// The next state, given an event: `{frame, data, rev}` from the server, or `{type, …}` from this side. Pure.

import { frames } from './reduce_frames.js';
import { locals } from './reduce_locals.js';

/** @param {import('./types.js').State} state */
export function reduce(state, event) {
  if (event.type) return locals[event.type](state, event);
  const apply = frames[event.frame];
  const next = apply ? apply(state, event.data) : state;
  // The cursor moves even past events that this client does not know: it has nothing to catch up on there.
  if (event.rev > (next.cursor ?? 0)) return { ...next, cursor: event.rev };
  return next;
}
