// What stands above the middle: the name of the place, its topic or presence, and what can be done with it.

import { find, on, setAttribute, setText } from '../dom.js';
import { count, t } from '../i18n.js';
import { currentConversation, mayManage, serverName, titleOf } from '../state/select.js';

export function mountHeader(store, actions) {
  find('#person-button').addEventListener('click', () => actions.openPerson(currentConversation(store.state).username));
  on(find('#room-menu'), 'click', '[data-notify]', (_, choice) =>
    actions.setNotify(currentConversation(store.state).id, choice.dataset.notify));
  store.watch(
    (state) => [state.view, state.conversations, state.online, state.users, state.me, state.server_name, state.locale],
    (state) => {
      const conversation = currentConversation(state);
      const room = conversation?.kind === 'room';
      setText(find('#middle-name'), conversation ? titleOf(state, conversation) : placeName(state) || serverName(state));
      setText(find('#middle-topic'), lineBelow(state, conversation));
      find('#room-menu').hidden = !conversation;
      for (const item of document.querySelectorAll('#room-menu .room-only')) item.hidden = !room;
      find('#person-button').hidden = conversation?.kind !== 'direct';
      find('#people-button').hidden = !room;
      find('#pins-button').hidden = !conversation;
      find('#search-button').hidden = !conversation;
      find('#room-settings-item').hidden = !room || !mayManage(state, conversation);
      for (const choice of document.querySelectorAll('[data-notify]')) {
        setAttribute(choice, 'aria-pressed', choice.dataset.notify === conversation?.notify ? 'true' : 'false');
      }
      if (!room) return;
      setText(find('#people-count'), String(conversation.member_count));
      setAttribute(find('#people-button'), 'aria-label', count('members.count', conversation.member_count));
    });
}

const PLACES = {
  create_room: 'create.title', notifications: 'notifications.title', friends: 'friends.title',
  tournaments: 'tournaments.title', game: 'game.title', search: 'search.title', admin: 'admin.title',
};

/** What a place is called that is not a conversation; empty where it has no name of its own. */
export const placeName = ({ view: { name, tab } }) => {
  const key = tab === 'start' ? 'admin.start_title' : PLACES[name];
  return key ? t(key) : '';
};

function lineBelow(state, conversation) {
  if (!conversation) return '';
  if (conversation.kind === 'room') return conversation.topic || count('members.count', conversation.member_count);
  return t(state.online[conversation.username] ? 'presence.online' : 'presence.offline');
}
