// A person as a small picture and a name: the same everywhere.

import { find, setAttribute, setText } from '../dom.js';
import { t } from '../i18n.js';
import { hue, initials } from '../models/avatar.js';

export function drawAvatar(element, name, id) {
  setText(element, initials(name));
  element.dataset.hue = hue(id);
}

/** Fills an element made from `template-member` or one like it. */
export function drawPerson(element, user, is_online) {
  drawAvatar(find('.avatar', element), user.display_name || user.username, user.id);
  setText(find('.person-name', element), user.display_name || user.username);
  const other = user.display_name && user.display_name !== user.username;
  setText(find('.person-username', element), other ? `@${user.username}` : '');
  setText(find('.person-presence', element), t(is_online ? 'presence.online' : 'presence.offline'));
  setAttribute(find('.avatar', element), 'data-presence', is_online ? 'online' : 'offline');
}
