// The list of conversations: rooms and directs, what is unread in them, who is there; and oneself at the foot.

import { clone, drawList, find, icon, setAttribute, setText } from '../dom.js';
import { count, t } from '../i18n.js';
import { pathOf, sidebarLists, titleOf } from '../state/select.js';
import { drawAvatar } from './person.js';

/** A conversation's sign: # or a lock for a room, the other person's initials for a direct. */
export function drawSign(element, state, conversation) {
  if (conversation.kind === 'direct') {
    element.className = 'side-icon avatar';
    drawAvatar(element, titleOf(state, conversation), state.users[conversation.username]?.id ?? conversation.username);
    setAttribute(element, 'data-presence', state.online[conversation.username] ? 'online' : 'offline');
    return;
  }
  const name = conversation.is_private ? 'lock' : 'hash';
  if (element.dataset.icon === name) return;
  element.dataset.icon = name;
  element.replaceChildren(icon(name));
}

export function drawCount(element, unread) {
  element.hidden = !unread;
  element.replaceChildren();
  if (!unread) return;
  const number = document.createElement('span');
  number.ariaHidden = 'true';
  number.textContent = unread > 99 ? '99+' : unread;
  const words = document.createElement('span');
  words.className = 'visually-hidden';
  words.textContent = count('sidebar.unread', unread);
  element.append(number, words);
}

export function mountSidebar(store) {
  const draw = (state) => (conversation, had) => {
    const item = had ?? clone('conversation');
    const link = find('.side-link', item);
    const { kind, username, unread_count } = conversation;
    setAttribute(link, 'href', pathOf(conversation));
    setAttribute(link, 'aria-current', state.view.chat_id === conversation.id ? 'page' : null);
    link.classList.toggle('unread', unread_count > 0);
    drawSign(find('.side-icon', item), state, conversation);
    setText(find('.side-name', item), titleOf(state, conversation));
    const presence = kind === 'direct' ? t(state.online[username] ? 'presence.online' : 'presence.offline') : '';
    setText(find('.side-presence', item), presence);
    drawCount(find('.badge-count', item), unread_count);
    return item;
  };

  store.watch(
    (state) => [state.conversations, state.view, state.online, state.users, state.locale, state.ready],
    (state) => {
      const { rooms, directs } = sidebarLists(state);
      drawList(find('#rooms'), rooms, ({ id }) => id, draw(state));
      drawList(find('#directs'), directs, ({ id }) => id, draw(state));
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
    drawAvatar(find('.avatar', button), name, me.id);
    setAttribute(find('.avatar', button), 'data-presence', connection.status === 'online' ? 'online' : 'offline');
    setText(find('.me-name', button), name);
    button.setAttribute('aria-label', t('sidebar.me', { name }));
  });
}
