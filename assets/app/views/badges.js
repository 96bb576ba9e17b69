// What waits elsewhere, in figures: the bells, which also show when it is quiet, and those who ask to be friends.

import { find, setAttribute, setText } from '../dom.js';
import { count, t } from '../i18n.js';

export function mountBadges(store) {
  store.watch(({ notifications, quiet, locale }) => [notifications.unread, quiet, locale], ({ notifications: { unread }, quiet }) => {
    for (const bell of document.querySelectorAll('.bell')) {
      const badge = find('.bell-count', bell);
      badge.hidden = unread === 0;
      setText(badge, unread > 99 ? '99+' : String(unread));
      const words = unread ? count('notifications.unread', unread) : t('notifications.title');
      const label = quiet ? `${words}. ${t('telling.quiet')}` : words;
      setAttribute(bell, 'aria-label', label);
      setAttribute(bell, 'title', label);
      setAttribute(find('use', bell), 'href', quiet ? '#icon-bell-slash' : '#icon-bell');
    }
  });

  store.watch(({ view }) => [view.name], ({ view }) => {
    for (const bell of document.querySelectorAll('.bell')) {
      setAttribute(bell, 'aria-current', view.name === 'notifications' ? 'page' : null);
    }
  });

  store.watch(({ friends }) => [friends], ({ friends }) => {
    const asked = friends?.incoming.length ?? 0;
    const badge = find('#friends-badge');
    badge.hidden = asked === 0;
    setText(find('span', badge), String(asked));
  });
}
