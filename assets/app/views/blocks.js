// Blocked people, in the settings.

import { clone, drawList, find, on } from '../dom.js';
import { displayName } from '../state/select.js';
import { drawPerson } from './person.js';

export function mountBlocks(store, actions) {
  const list = find('#blocks');

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
}
