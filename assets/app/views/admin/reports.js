// Messages that people have reported, as they were then, and what can be done about each.

import { drawList, find, make, setText } from '../../dom.js';
import { momentOf, shortMomentOf, t } from '../../i18n.js';
import { button, choice, fill, listOf, onRows, row, said, sayRow } from './make.js';

const place = ({ room }) => (room === null ? t('reports.in_private') : t('reports.in_room', { room }));

function drawnRow() {
  const item = row(button('action.delete', 'outline-danger', { 'data-admin': 'delete' }), button('admin.ban', 'outline-danger', { 'data-admin': 'ban' }),
    button('reports.resolve', 'primary', { 'data-admin': 'resolve' }), button('reports.reopen', 'outline-secondary', { 'data-admin': 'reopen' }));
  find('small', item).before(make('blockquote', { class: 'reported' }), make('p', { class: 'reported-why' }));
  return item;
}

export function mountReports(section, store, actions) {
  const { list, more, show, parts } = listOf('reports.none');
  const which = choice('which', [['', 'reports.open'], ['resolved', 'reports.resolved']]);
  fill(section, make('div', { class: 'page-head' }, said('p', 'reports.lead'),
    make('label', {}, said('span', 'admin.tab_reports', { class: 'visually-hidden' }), which)), ...parts);
  which.addEventListener('change', () => actions.narrowAdmin('reports', which.value));
  more.addEventListener('click', () => actions.moreAdmin('reports'));

  const one = (id) => store.state.admin.reports.list.find((report) => report.id === id);
  onRows(list, {
    delete: (id) => actions.openDialog('confirm', {
      title: 'message.delete_title', body: 'message.delete_body', yes: 'action.delete', then: ['deleteReported', id],
    }),
    ban: (id) => actions.openDialog('ban', { username: one(id).sender }),
    resolve: (id) => actions.resolveReport(id, true),
    reopen: (id) => actions.resolveReport(id, false),
  });

  store.watch(({ admin, me, locale }) => [admin.reports, me, locale], ({ admin: { reports }, me }) => {
    show(reports);
    drawList(list, reports?.list ?? [], ({ id }) => id, (report, had) => {
      const item = had ?? drawnRow();
      const { sender, content, files, reason, reporter, created_at, date, is_deleted, is_resolved } = report;
      const small = [
        place(report), momentOf(date), t('reports.by', { name: `@${reporter}`, moment: shortMomentOf(created_at) }),
        is_resolved && t('reports.resolved_by', { name: report.resolved_by ? `@${report.resolved_by}` : t('admin.command_line') }),
      ];
      sayRow(item, { name: `@${sender}`, badge: is_deleted ? t('reports.deleted') : null, small: small.filter(Boolean).join(' · ') });
      setText(find('.reported', item), [content, ...files.map((name) => `📎 ${name}`)].filter(Boolean).join('\n'));
      setText(find('.reported-why', item), reason && t('reports.why', { reason }));
      find('[data-admin=delete]', item).hidden = is_deleted;
      find('[data-admin=ban]', item).hidden = sender === me?.username;
      find('[data-admin=resolve]', item).hidden = is_resolved;
      find('[data-admin=reopen]', item).hidden = !is_resolved;
      return item;
    });
  });
}
