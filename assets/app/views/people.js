// Who is in the conversation, those who are here first. A name opens the card of its person.

import { clone, drawList, find, on, setAttribute, setText } from '../dom.js';
import { count, t } from '../i18n.js';
import { currentConversation, mayManage } from '../state/select.js';
import { drawPerson } from './person.js';

export function mountPeople(store, actions) {
  const list = find('#members');

  store.watch(
    (state) => [state.view, state.members, state.users, state.online, state.conversations, state.locale],
    (state) => {
      const conversation = currentConversation(state);
      const usernames = state.members[conversation?.id] ?? [];
      const people = usernames
        .map((username) => state.users[username])
        .filter(Boolean)
        .sort((a, b) =>
          Boolean(state.online[b.username]) - Boolean(state.online[a.username])
          || (a.display_name || a.username).localeCompare(b.display_name || b.username, state.locale));
      const here = people.filter(({ username }) => state.online[username]).length;
      setText(find('#people-title'), count('members.here', here));
      find('#people-add').hidden = conversation?.kind !== 'room';
      drawList(list, people, ({ id }) => id, (user, had) => {
        const item = had ?? clone('member');
        const button = find('.person', item);
        drawPerson(item, user, Boolean(state.online[user.username]));
        button.dataset.username = user.username;
        const me = user.id === state.me?.id;
        const remove = find('.member-remove', item);
        remove.hidden = me || !mayManage(state, conversation);
        setAttribute(remove, 'aria-label', t('members.remove', { name: user.username }));
        return item;
      });
    });

  on(list, 'click', '.member-remove', (_, button) => {
    const { username } = find('.person', button.closest('li')).dataset;
    actions.openDialog('confirm', {
      title: 'members.remove_title', body: 'members.remove_body', params: { name: username }, yes: 'members.remove_yes',
      then: ['removeMember', currentConversation(store.state).id, username],
    });
  });
  on(list, 'click', '.person', (_, button) => actions.openPerson(button.dataset.username));
}
