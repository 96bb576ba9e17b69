// Links that let people in: made here, shown with a QR code, withdrawn again.

import { drawList, find, make, setAttribute, setText } from '../../dom.js';
import { count, shortMomentOf, t } from '../../i18n.js';
import { copyText } from '../../models/clipboard.js';
import { dialogNamed } from '../../state/select.js';
import { onSubmit, showFormError } from '../forms.js';
import { button, choice, dialogHead, field, fill, formError, listOf, onRows, row, said, sayRow } from './make.js';

const DAY = 86_400;
const TERMS = [[String(DAY), 'admin.term_day'], [String(7 * DAY), 'admin.term_week'], [String(30 * DAY), 'admin.term_month'], ['', 'admin.term_none']];
const USES = [['1', 'admin.uses_one'], ['10', 'admin.uses_ten'], ['100', 'admin.uses_hundred'], ['', 'admin.uses_any']];

const numberOrNull = (text) => (text ? Number(text) : null);

export function invitationForm(root, store, actions) {
  const rooms = make('select', { name: 'room', class: 'form-select' });
  const uses = choice('uses', USES);
  const term = choice('expires_in', TERMS);
  const form = make('form', { class: 'admin-form', novalidate: true }, formError(),
    make('div', { class: 'field-pair' }, field('admin.uses', uses), field('admin.term', term), field('admin.into', rooms)),
    said('button', 'admin.make_invitation', { type: 'submit', class: 'btn btn-primary' }));
  fill(root, form);
  uses.value = '10';
  term.value = String(7 * DAY);
  onSubmit(form, (values) => actions.makeInvitation({
    uses: numberOrNull(values.uses), expires_in: numberOrNull(values.expires_in), room: values.room || null,
  }));
  store.watch(({ conversations, locale }) => [conversations, locale], ({ conversations }) => {
    const kept = rooms.value;
    const mine = Object.values(conversations).filter(({ kind }) => kind === 'room').sort((a, b) => a.name.localeCompare(b.name));
    rooms.replaceChildren(make('option', { value: '' }, t('admin.into_none')), ...mine.map(({ id, name }) => make('option', { value: id }, name)));
    rooms.value = kept;
  });
  store.watch(({ form_error, locale }) => [form_error, locale], ({ form_error }) => showFormError(form, 'invitation', form_error));
}

export function mountInvitations(section, store, actions) {
  const { list, show, parts } = listOf('admin.no_invitations');
  invitationForm(section, store, actions);
  fill(section, ...parts);
  const one = (id) => store.state.admin.invitations.find((invitation) => invitation.id === id);
  onRows(list, {
    show: (id) => actions.showLink({ ...one(id), what: 'invitation' }),
    withdraw: (id) => actions.withdrawInvitation(id),
  });
  store.watch(({ admin, locale }) => [admin.invitations, locale], ({ admin: { invitations } }) => {
    show(invitations && { list: invitations, at_end: true });
    drawList(list, invitations ?? [], ({ id }) => id, (invitation, had) => {
      const item = had ?? row(button('admin.show_link', 'outline-primary', { 'data-admin': 'show' }),
        button('admin.withdraw', 'outline-danger', { 'data-admin': 'withdraw' }));
      const { uses, used, room, expires_at, created_by, created_at } = invitation;
      const left = uses === null ? count('admin.used', used) : t('admin.used_of', { used, uses });
      const until = expires_at ? t('admin.until', { moment: shortMomentOf(expires_at) }) : t('admin.term_none');
      const by = t('admin.made_by', { name: created_by ?? t('admin.command_line'), moment: shortMomentOf(created_at) });
      const over = (uses !== null && used >= uses) || (expires_at && new Date(expires_at) < new Date());
      sayRow(item, { name: room ? room.name : t('admin.invitation'), badge: over ? t('admin.over') : null, small: [left, until, by].join(' · ') });
      return item;
    });
  });
}

/** The dialog of a link that is handed to someone. */
export function mountLink(store, actions) {
  const dialog = find('#dialog-link');
  const lead = make('p', { class: 'text-secondary' });
  const picture = make('img', { class: 'qr', width: 240, height: 240, 'data-i18n-attr': 'alt:admin.qr' });
  const address = make('input', { class: 'form-control', readonly: true, 'data-i18n-attr': 'aria-label:admin.link' });
  const copy = button('copy.link', 'primary');
  const copied = make('p', { class: 'text-secondary', role: 'status' });
  fill(dialog, dialogHead('link-title'), lead, picture, address, make('div', { class: 'dialog-actions' }, copied, copy));
  copy.addEventListener('click', async () => setText(copied, t((await copyText(address.value)) ? 'copy.link_done' : 'copy.failed')));
  address.addEventListener('focus', () => address.select());

  store.watch((state) => [dialogNamed(state, 'link'), state.locale], (state) => {
    const link = dialogNamed(state, 'link');
    if (!link) {
      if (picture.src.startsWith('blob:')) URL.revokeObjectURL(picture.src);
      picture.removeAttribute('src');
      return;
    }
    setText(find('#link-title'), t(`admin.link_${link.what}`));
    const moment = link.expires_at && shortMomentOf(link.expires_at);
    setText(lead, [t(`admin.link_${link.what}_lead`), moment && t('admin.until', { moment })].filter(Boolean).join(' '));
    setAttribute(picture, 'src', link.qr);
    address.value = link.url;
    setText(copied, '');
  });
}
