// The list of conversations: rooms and directs, what is unread in them, who is there; and oneself at the foot.

import { clone, drawList, find, icon, setAttribute, setText } from '../dom.js';
import { count, t } from '../i18n.js';
import { avatarOf, pathOf, sidebarLists, titleOf, typingNames, unreadOf } from '../state/select.js';
import { drawAvatar } from './person.js';

/** A conversation's sign: # or a lock for a room, the other person's initials for a direct. */
export function drawSign(element, state, conversation) {
  if (conversation.kind === 'direct') {
    element.className = 'side-icon avatar';
    const { username } = conversation;
    drawAvatar(element, titleOf(state, conversation), state.users[username]?.id ?? username, avatarOf(state, username));
    setAttribute(element, 'data-presence', state.online[conversation.username] ? 'online' : 'offline');
    return;
  }
  const name = conversation.is_private ? 'lock' : 'hash';
  if (element.dataset.icon === name) return;
  element.dataset.icon = name;
  element.replaceChildren(icon(name));
}

/** Who calls one by name comes before how much was said; what one does not want to be told of is said quietly. */
export function drawCount(element, { unread, mentions, loud }) {
  element.hidden = !unread;
  element.classList.toggle('mentions', mentions > 0);
  element.classList.toggle('quiet', unread > 0 && loud === 0);
  element.replaceChildren();
  if (!unread) return;
  const shown = mentions || unread;
  const number = document.createElement('span');
  number.ariaHidden = 'true';
  number.textContent = (mentions ? '@' : '') + (shown > 99 ? '99+' : shown);
  const words = document.createElement('span');
  words.className = 'visually-hidden';
  words.textContent = [mentions && count('sidebar.mentions', mentions), count('sidebar.unread', unread)].filter(Boolean).join(', ');
  element.append(number, words);
}

const NOTIFY = { mentions: ['at', 'notify.only_mentions'], none: ['bell-slash', 'notify.muted'] };

/** A sign where one is not told of everything; a mention is a sign itself. */
function drawNotify(element, notify, mentions) {
  const [name, says] = (!mentions && NOTIFY[notify]) || [];
  element.hidden = !name;
  setAttribute(element, 'title', says ? t(says) : null);
  setAttribute(element, 'aria-label', says ? t(says) : null);
  if (!name || element.dataset.icon === name) return;
  element.dataset.icon = name;
  element.replaceChildren(icon(name));
}

/** Only the list moves, never the page around it. */
function bringIntoSight(link) {
  const lists = link.closest('.sidebar-lists');
  const box = lists.getBoundingClientRect();
  const { top, bottom } = link.getBoundingClientRect();
  lists.scrollTop += Math.min(top - box.top, 0) + Math.max(bottom - box.bottom, 0);
}

export function mountSidebar(store) {
  let open = null; // the link of what is open
  const draw = (state) => (conversation, had) => {
    const item = had ?? clone('conversation');
    const link = find('.side-link', item);
    const { kind, username, notify } = conversation;
    const unread = unreadOf(state, conversation);
    setAttribute(link, 'href', pathOf(conversation));
    setAttribute(link, 'aria-current', state.view.chat_id === conversation.id ? 'page' : null);
    link.classList.toggle('unread', unread.loud > 0);
    link.classList.toggle('muted', notify === 'none' && !unread.loud);
    drawSign(find('.side-icon', item), state, conversation);
    setText(find('.side-name', item), titleOf(state, conversation));
    const presence = kind === 'direct' ? t(state.online[username] ? 'presence.online' : 'presence.offline') : '';
    setText(find('.side-presence', item), presence);
    const writes = typingNames(state, conversation.id).length > 0;
    find('.side-typing', item).hidden = !writes || state.view.chat_id === conversation.id;
    drawNotify(find('.side-notify', item), notify, unread.mentions);
    drawCount(find('.badge-count', item), unread);
    return item;
  };

  store.watch(
    (state) => [state.conversations, state.mentions, state.typing, state.view, state.online, state.users, state.locale, state.ready],
    (state) => {
      const { rooms, directs } = sidebarLists(state);
      drawList(find('#rooms'), rooms, ({ id }) => id, draw(state));
      drawList(find('#directs'), directs, ({ id }) => id, draw(state));
      const now = find(':is(#rooms, #directs) [aria-current]');
      if (now && now !== open) bringIntoSight(now);
      open = now;
      find('#rooms-empty').hidden = !state.ready || rooms.length > 0;
      find('#directs-empty').hidden = !state.ready || directs.length > 0;
    });

  store.watch(({ view }) => [view.name], ({ view }) => {
    for (const link of document.querySelectorAll('.sidebar [data-place]')) {
      const here = link.dataset.place === view.name;
      setAttribute(link, 'aria-current', here ? 'page' : null);
    }
  });

  store.watch(({ me, locale, connection }) => [me, locale, connection], ({ me, connection }) => {
    if (!me) return;
    const button = find('#me-button');
    const name = me.display_name || me.username;
    drawAvatar(find('.avatar', button), name, me.id, me.avatar_url);
    setAttribute(find('.avatar', button), 'data-presence', connection.status === 'online' ? 'online' : 'offline');
    setText(find('.me-name', button), name);
    find('#admin-item').hidden = me.role !== 'admin';
    button.setAttribute('aria-label', t('sidebar.me', { name }));
  });
}
