// The next state, given an event: `{frame, data, rev}` from the server, or `{type, …}` from this side. Pure.

import { locals as adminLocals } from './reduce_admin.js';
import { locals as commandLocals } from './reduce_commands.js';
import { frames as conversations } from './reduce_frames.js';
import { locals as emojiLocals } from './reduce_emoji.js';
import { frames as games, locals as gameLocals } from './reduce_games.js';
import { frames as kept, locals as keptLocals } from './reduce_kept.js';
import { frames as likes } from './reduce_likes.js';
import { locals as here } from './reduce_locals.js';
import { frames as notifications, locals as notificationLocals } from './reduce_notifications.js';
import { frames as people, locals as peopleLocals } from './reduce_people.js';
import { frames as pins } from './reduce_pins.js';
import { locals as searchLocals } from './reduce_search.js';
import { locals as tellingLocals } from './reduce_telling.js';
import { frames as tournaments, locals as tournamentLocals } from './reduce_tournaments.js';
import { frames as uploads, locals as uploadLocals } from './reduce_uploads.js';

/** A frame may concern several parts: the greeting does. */
const parts = [kept, conversations, likes, pins, people, notifications, games, tournaments, uploads];
const locals = {
  ...here, ...peopleLocals, ...notificationLocals, ...gameLocals, ...tournamentLocals, ...emojiLocals, ...searchLocals,
  ...tellingLocals, ...uploadLocals, ...adminLocals, ...keptLocals, ...commandLocals,
};

/** @param {import('./types.js').State} state */
export function reduce(state, event) {
  if (event.type) return locals[event.type](state, event);
  let next = state;
  for (const part of parts) next = part[event.frame]?.(next, event.data) ?? next;
  // The cursor moves even past events that this client does not know: it has nothing to catch up on there.
  if (event.rev > (next.cursor ?? 0)) return { ...next, cursor: event.rev };
  return next;
}
