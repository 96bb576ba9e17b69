// What a name after `@` can become: people of this conversation, and everyone in a room.

import { find, setText } from '../dom.js';
import { t } from '../i18n.js';
import { avatarOf, currentConversation, displayName } from '../state/select.js';
import { drawAvatar } from './person.js';

const MOST = 6;
/** The server calls everyone in a room by this name. */
const EVERYONE = 'room';
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** @returns {string[]} usernames, best first */
function candidates(state, typed) {
  const letters = plain(typed);
  const conversation = currentConversation(state);
  if (!conversation) return [];
  const room = conversation.kind === 'room';
  const known = room ? state.members[conversation.id] ?? [] : [conversation.username];
  const rank = (username) => {
    const [name, shown] = [plain(username), plain(displayName(state, username))];
    if (name.startsWith(letters)) return 2;
    return shown.split(/\s+/).some((word) => word.startsWith(letters)) ? 1 : 0;
  };
  const people = known
    .filter((username) => username !== state.me.username && rank(username))
    .sort((a, b) => rank(b) - rank(a) || Boolean(state.online[b]) - Boolean(state.online[a]) || a.localeCompare(b));
  const everyone = room && EVERYONE.startsWith(letters) ? [EVERYONE] : [];
  return [...people.slice(0, MOST - everyone.length), ...everyone];
}

/** @type {import('./completion.js').Source} */
export const people = {
  title: () => t('completion.title'),
  template: 'completion',
  pattern: /(?:^|[^\p{L}\p{N}@._/-])@([\w.-]{0,32})$/u,
  candidates,
  keyOf: (username) => username,
  textOf: (username) => `@${username} `,
  draw(item, username, state) {
    const everyone = username === EVERYONE;
    const url = everyone ? null : avatarOf(state, username);
    drawAvatar(find('.avatar', item), everyone ? '@' : displayName(state, username), state.users[username]?.id ?? username, url);
    setText(find('.complete-name', item), everyone ? t('completion.everyone') : displayName(state, username));
    setText(find('.complete-username', item), `@${username}`);
  },
};
