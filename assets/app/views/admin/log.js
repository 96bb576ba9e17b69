// What was done to run the server, newest first, by whom.

import { drawList, find, make, setText } from '../../dom.js';
import { has, momentOf, t } from '../../i18n.js';
import { fill, listOf } from './make.js';

/** What else is known of it, in a few words: `{"role": "admin", "was": "member"}` as it is. */
const moreOf = (details) =>
  Object.entries(details ?? {})
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(', ');

export function mountLog(section, store, actions) {
  const { list, more, show, parts } = listOf('admin.no_log');
  fill(section, ...parts);
  more.addEventListener('click', () => actions.moreAdmin('audit'));
  store.watch(({ admin, locale }) => [admin.audit, locale], ({ admin: { audit } }) => {
    show(audit);
    drawList(list, audit?.list ?? [], ({ id }) => String(id), (entry, had) => {
      const item = had ?? make('li', { class: 'admin-row' }, make('div', { class: 'admin-what' }, make('strong'), make('small'), make('small')));
      const { date, actor, action, target, details } = entry;
      const [about, when] = item.querySelectorAll('small');
      setText(find('strong', item), [has(`audit.${action}`) ? t(`audit.${action}`) : action, target].filter(Boolean).join(': '));
      setText(about, moreOf(details));
      setText(when, t('admin.made_by', { name: actor ? `@${actor}` : t('admin.command_line'), moment: momentOf(date) }));
      return item;
    });
  });
}
