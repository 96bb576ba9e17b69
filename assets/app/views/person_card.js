// The card of a person: who they are, how one stands to them, what one may do with them.

import { find, setAttribute, setText } from '../dom.js';
import { t } from '../i18n.js';
import { avatarOf, dialogNamed, displayName, standing } from '../state/select.js';
import { drawActs, onActs } from './acts.js';
import { drawAvatar } from './person.js';

const SAYS = {
  blocked: 'person.blocked', friends: 'person.friends', incoming: 'person.incoming', outgoing: 'person.outgoing',
};

export function mountPersonCard(store, actions) {
  const card = find('#dialog-person');
  onActs(card, actions, () => dialogNamed(store.state, 'person').username);

  store.watch(
    (state) => [dialogNamed(state, 'person'), state.users, state.online, state.friends, state.blocks, state.me, state.locale],
    (state) => {
      const dialog = dialogNamed(state, 'person');
      if (!dialog) return;
      const { username } = dialog;
      const user = state.users[username] ?? { id: username, username, bio: '' };
      const name = displayName(state, username);
      const how = standing(state, username);
      const is_online = Boolean(state.online[username]);
      drawAvatar(find('.avatar', card), name, user.id, avatarOf(state, username));
      setAttribute(find('.avatar', card), 'data-presence', is_online ? 'online' : 'offline');
      setText(find('#person-title'), name);
      setText(find('#person-username'), `@${username}`);
      setText(find('#person-presence'), t(is_online ? 'presence.online' : 'presence.offline'));
      setText(find('#person-bio'), user.bio);
      setText(find('#person-standing'), SAYS[how] ? t(SAYS[how], { name }) : '');
      drawActs(card, how, name);
      if (state.me.role !== 'admin') find('[data-act=administer]', card).hidden = true;
    });
}
