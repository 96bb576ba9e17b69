// A person as a small picture and a name: the same everywhere. Until the picture is there, and where it cannot be had,
// one sees the initials that lie beneath it.

import { find, setAttribute, setText } from '../dom.js';
import { t } from '../i18n.js';
import { hue, initials } from '../models/avatar.js';

/** How long a picture that could not be had is not asked for again. */
const MISSING_MS = 30_000;
const missing = new Map();

/** @param {?string} url of the person's picture */
export function drawAvatar(element, name, id, url = null) {
  setText(element, initials(name));
  element.dataset.hue = hue(id);
  drawPicture(element, url);
}

function drawPicture(element, url) {
  const had = [...element.querySelectorAll('img')];
  if (!url || Date.now() - (missing.get(url) ?? 0) < MISSING_MS) {
    for (const picture of had) picture.remove();
    return;
  }
  if (had.at(-1)?.getAttribute('src') === url) return;
  const picture = document.createElement('img');
  picture.alt = ''; // the name stands beside it
  picture.src = url;
  picture.addEventListener('load', () => {
    picture.classList.add('is-loaded');
    for (const other of had) other.remove();
  });
  picture.addEventListener('error', () => {
    missing.set(url, Date.now());
    for (const other of [...had, picture]) other.remove();
  });
  element.append(picture);
}

/** Fills an element made from `template-member` or one like it. */
export function drawPerson(element, user, is_online) {
  drawAvatar(find('.avatar', element), user.display_name || user.username, user.id, user.avatar_url);
  setText(find('.person-name', element), user.display_name || user.username);
  drawBotBadge(element, user.role === 'bot');
  const other = user.display_name && user.display_name !== user.username;
  setText(find('.person-username', element), other ? `@${user.username}` : '');
  setText(find('.person-presence', element), t(is_online ? 'presence.online' : 'presence.offline'));
  setAttribute(find('.avatar', element), 'data-presence', is_online ? 'online' : 'offline');
}

/** That somebody is a program, beside their name, where there is room to say it. */
export function drawBotBadge(element, is_bot) {
  const badge = element.querySelector('.bot-badge');
  if (!badge) return;
  badge.hidden = !is_bot;
  setText(badge, is_bot ? t('bot.badge') : '');
}
