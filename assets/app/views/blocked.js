// What stands in the place of the composer where the other person is blocked.

import { find, on, setText } from '../dom.js';
import { t } from '../i18n.js';
import { currentConversation, displayName, isBlocked } from '../state/select.js';

export function mountBlocked(store, actions) {
  const notice = find('#composer-blocked');

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
