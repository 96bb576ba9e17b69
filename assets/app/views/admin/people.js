// Everyone who has an account, and what may be done with one: the list, and the dialog of one account.

import { drawList, find, make, on, setAttribute, setText } from '../../dom.js';
import { bytesOf, count, momentOf, shortMomentOf, t } from '../../i18n.js';
import { dialogNamed } from '../../state/select.js';
import { deviceOf } from '../device.js';
import { button, dialogHead, facts, fill, filter, listOf, onRows, row, said, sayRow } from './make.js';

const badgeOf = ({ role, is_disabled }) => {
  if (is_disabled) return t('admin.disabled');
  if (role === 'bot') return t('bot.badge');
  return role === 'admin' ? t('admin.role_admin') : null;
};

export function mountPeople(section, store, actions) {
  const { list, more, show, parts } = listOf('admin.no_people');
  fill(section, filter('admin.people_filter', (q) => actions.narrowAdmin('people', q)), ...parts);
  more.addEventListener('click', () => actions.moreAdmin('people'));
  onRows(list, { open: (username) => actions.openDialog('account', { username }) });

  store.watch(({ admin, locale }) => [admin.people, locale], ({ admin: { people } }) => {
    show(people);
    drawList(list, people?.list ?? [], ({ username }) => username, (person, had) => {
      const item = had ?? row(button('admin.manage', 'outline-secondary', { 'data-admin': 'open' }));
      const { username, display_name, session_count, stored_bytes, last_activity } = person;
      const small = [`@${username}`, count('admin.sessions', session_count), bytesOf(stored_bytes), shortMomentOf(last_activity)];
      sayRow(item, { name: display_name || username, badge: badgeOf(person), small: small.join(' · ') });
      return item;
    });
  });
}

const factsOf = ({ role, is_disabled, created_at, last_activity, stored_bytes }) => facts([
  ['admin.role', t(`admin.role_${role}`)],
  ['admin.state', t(is_disabled ? 'admin.disabled' : 'admin.enabled')],
  ['admin.since', momentOf(created_at)],
  ['admin.last_seen', momentOf(last_activity)],
  ['admin.files', bytesOf(stored_bytes)],
]);

/** Which buttons an account has; nobody locks themselves out here. */
const offers = ({ role, is_disabled }, is_me) => ({
  raise: role === 'member', lower: role === 'admin', disable: !is_disabled && !is_me, enable: is_disabled,
  link: !is_disabled && role !== 'bot', ban: !is_me, delete: !is_me, end: true,
});

export function mountAccount(store, actions) {
  const dialog = find('#dialog-account');
  const about = make('dl', { class: 'facts' });
  const sessions = make('ul', { class: 'choose-list' });
  fill(dialog, dialogHead('account-title'), about,
    make('div', { class: 'acts' },
      button('admin.make_link', 'primary', { 'data-do-account': 'link' }), button('admin.raise', 'outline-primary', { 'data-do-account': 'raise' }),
      button('admin.lower', 'outline-primary', { 'data-do-account': 'lower' }), button('admin.enable', 'outline-primary', { 'data-do-account': 'enable' }),
      button('admin.disable', 'outline-danger', { 'data-do-account': 'disable' }), button('admin.ban', 'outline-danger', { 'data-do-account': 'ban' }),
      button('admin.delete_person', 'outline-danger', { 'data-do-account': 'delete' })),
    said('h3', 'admin.signed_in'), sessions, said('p', 'admin.no_sessions', { class: 'text-secondary' }),
    button('admin.end_sessions', 'outline-danger', { 'data-do-account': 'end' }));

  const username = () => dialogNamed(store.state, 'account').username;
  const confirm = (title, body, yes, then, mild = false) =>
    actions.openDialog('confirm', { title, body, yes, params: { name: username() }, then: [then[0], username(), ...then.slice(1)], mild });
  const doings = {
    raise: () => confirm('admin.raise_title', 'admin.raise_body', 'admin.raise', ['changeAccount', { role: 'admin' }], true),
    lower: () => confirm('admin.lower_title', 'admin.lower_body', 'admin.lower', ['changeAccount', { role: 'member' }]),
    disable: () => confirm('admin.disable_title', 'admin.disable_body', 'admin.disable', ['changeAccount', { is_disabled: true }]),
    enable: () => actions.changeAccount(username(), { is_disabled: false }),
    link: () => actions.makeSignInLink(username()),
    ban: () => actions.openDialog('ban', { username: username() }),
    delete: () => confirm('admin.delete_title', 'admin.delete_body', 'admin.delete_person', ['deletePerson']),
    end: () => actions.endSessionsOf(username()),
  };
  on(dialog, 'click', '[data-do-account]', (_, pressed) => doings[pressed.dataset.doAccount]());

  store.watch((state) => [dialogNamed(state, 'account'), state.admin.account, state.me, state.locale], (state) => {
    const shown = dialogNamed(state, 'account');
    if (!shown) return;
    const account = state.admin.account;
    setText(find('#account-title'), account ? account.person.display_name || shown.username : `@${shown.username}`);
    setAttribute(dialog, 'aria-busy', account ? null : 'true');
    about.replaceChildren(...(account ? factsOf(account.person) : []));
    const offered = account ? offers(account.person, account.person.id === state.me?.id) : {};
    const focused = document.activeElement;
    for (const one of dialog.querySelectorAll('[data-do-account]')) one.hidden = !offered[one.dataset.doAccount];
    if (focused?.hidden && dialog.contains(focused)) find('[data-do-account]:not([hidden])', dialog)?.focus();
    drawList(sessions, account?.sessions ?? [], ({ id }) => id, (session, had) => {
      const item = had ?? make('li', { class: 'choose-room' }, make('span', { class: 'choose-text' }, make('strong'), make('small')));
      setText(find('strong', item), deviceOf(session.client ?? ''));
      setText(find('small', item), t('sessions.since', { moment: momentOf(session.last_used_at ?? session.created_at) }));
      return item;
    });
    const signed_in = Boolean(account?.sessions.length);
    find('.text-secondary', dialog).hidden = !account || signed_in;
    find('[data-do-account=end]', dialog).hidden = !signed_in;
  });
}
