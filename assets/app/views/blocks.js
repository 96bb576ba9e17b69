// Blocked people: the list of them in the settings, and what stands in the place of the composer where one of them is
// the other person.

import { clone, drawList, find, on, setText } from '../dom.js';
import { t } from '../i18n.js';
import { currentConversation, displayName, isBlocked } from '../state/select.js';
import { drawPerson } from './person.js';

export function mountBlocks(store, actions) {
  const list = find('#blocks');
  const notice = find('#composer-blocked');

  store.watch(({ blocks, users, locale }) => [blocks, users, locale], (state) => {
    const blocked = state.blocks ?? [];
    find('#blocks-empty').hidden = blocked.length > 0;
    drawList(list, blocked, (username) => username, (username, had) => {
      const item = had ?? clone('blocked');
      drawPerson(item, state.users[username] ?? { id: username, username }, false);
      const button = find('button', item);
      button.setAttribute('aria-label', `${button.textContent} ${displayName(state, username)}`);
      return item;
    });
  });
  on(list, 'click', 'button', (_, button) => actions.confirmUnblock(button.closest('li').dataset.key));

  store.watch((state) => [state.view, state.conversations, state.blocks, state.users, state.locale], (state) => {
    const other = currentConversation(state)?.username;
    const blocked = Boolean(other) && isBlocked(state, other);
    const focused = notice.contains(document.activeElement);
    notice.hidden = !blocked;
    find('#composer').hidden = blocked;
    if (blocked) setText(find('span', notice), t('block.composer', { name: displayName(state, other) }));
    else if (focused) find('#composer-text').focus();
  });
  on(notice, 'click', 'button', () => actions.confirmUnblock(currentConversation(store.state).username));
}
