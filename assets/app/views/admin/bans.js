// Who and what is kept out, by name or by address.

import { drawList, find, make } from '../../dom.js';
import { shortMomentOf, t } from '../../i18n.js';
import { dialogNamed } from '../../state/select.js';
import { onSubmit, showFormError } from '../forms.js';
import { button, choice, dialogHead, field, fill, formError, listOf, onRows, row, said, sayRow } from './make.js';

const DAY = 86_400;
const TERMS = [[String(DAY), 'admin.term_day'], [String(7 * DAY), 'admin.term_week'], [String(30 * DAY), 'admin.term_month'], ['', 'admin.ban_for_good']];

const input = (name, length) =>
  make('input', { name, class: 'form-control', maxlength: length, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false' });

export function mountBans(section, store, actions) {
  const { list, show, parts } = listOf('admin.no_bans');
  const add = button('admin.ban', 'outline-danger');
  fill(section, make('div', { class: 'page-head' }, said('p', 'admin.bans_lead'), add), ...parts);
  add.addEventListener('click', () => actions.openDialog('ban', { username: '' }));
  onRows(list, { lift: (id) => actions.liftBan(id) });
  store.watch(({ admin, locale }) => [admin.bans, locale], ({ admin: { bans } }) => {
    show(bans && { list: bans, at_end: true });
    drawList(list, bans ?? [], ({ id }) => id, (ban, had) => {
      const item = had ?? row(button('admin.lift', 'outline-secondary', { 'data-admin': 'lift' }));
      const { username, addresses, reason, created_by, created_at, expires_at } = ban;
      const small = [
        reason, expires_at ? t('admin.until', { moment: shortMomentOf(expires_at) }) : t('admin.ban_for_good'),
        t('admin.made_by', { name: created_by ?? t('admin.command_line'), moment: shortMomentOf(created_at) }),
      ];
      const name = [username && `@${username}`, ...addresses].filter(Boolean).join(', ');
      sayRow(item, { name, small: small.filter(Boolean).join(' · ') });
      return item;
    });
  });
}

/** The dialog in which somebody is banned: the person it was opened for, or whoever is named in it. */
export function mountBanForm(store, actions) {
  const dialog = find('#dialog-ban');
  const username = input('username', 32);
  const address = input('address', 64);
  const form = make('form', { novalidate: true }, formError(),
    field('auth.username', username), field('admin.address', address, 'admin.address_hint'),
    make('label', { class: 'form-check field-check' }, make('input', { type: 'checkbox', name: 'with_addresses', class: 'form-check-input' }),
      said('span', 'admin.with_addresses', { class: 'form-check-label' })),
    field('admin.term', choice('expires_in', TERMS)), field('admin.reason', input('reason', 200), 'admin.reason_hint'),
    make('div', { class: 'dialog-actions' }, said('button', 'admin.ban', { type: 'submit', class: 'btn btn-danger' })));
  fill(dialog, dialogHead('ban-title', 'admin.ban'), form);
  onSubmit(form, (values) => actions.ban({
    username: values.username.trim().replace(/^@/, '') || null, address: values.address.trim() || null,
    with_addresses: values.with_addresses, reason: values.reason.trim() || null,
    expires_in: values.expires_in ? Number(values.expires_in) : null,
  }));
  store.watch((state) => [dialogNamed(state, 'ban')], (state) => {
    const shown = dialogNamed(state, 'ban');
    if (!shown) return;
    form.reset();
    username.value = shown.username;
    username.readOnly = Boolean(shown.username);
  });
  store.watch(({ form_error, locale }) => [form_error, locale], ({ form_error }) => showFormError(form, 'ban', form_error));
}
