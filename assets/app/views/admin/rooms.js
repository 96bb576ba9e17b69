// All rooms, private ones too: what they hold, and whose they are. Not what is said in them.

import { drawList, find, make } from '../../dom.js';
import { bytesOf, count, shortMomentOf, t } from '../../i18n.js';
import { dialogNamed } from '../../state/select.js';
import { onSubmit, showFormError } from '../forms.js';
import { button, dialogHead, field, fill, filter, formError, listOf, onRows, row, said, sayRow } from './make.js';

export function mountRooms(section, store, actions) {
  const { list, more, show, parts } = listOf('admin.no_rooms');
  fill(section, filter('admin.rooms_filter', (q) => actions.narrowAdmin('rooms', q)), ...parts);
  more.addEventListener('click', () => actions.moreAdmin('rooms'));
  const one = (id) => store.state.admin.rooms.list.find((room) => room.id === id);
  onRows(list, {
    hand: (id) => actions.openDialog('hand_over', { id, room: one(id).name }),
    delete: (id) => actions.openDialog('confirm', {
      title: 'admin.delete_room_title', body: 'admin.delete_room_body', yes: 'room.delete', params: { name: one(id).name },
      then: ['deleteRoomAsAdmin', id],
    }),
  });
  store.watch(({ admin, locale }) => [admin.rooms, locale], ({ admin: { rooms } }) => {
    show(rooms);
    drawList(list, rooms?.list ?? [], ({ id }) => id, (room, had) => {
      const item = had ?? row(button('admin.hand_over', 'outline-secondary', { 'data-admin': 'hand' }),
        button('room.delete', 'outline-danger', { 'data-admin': 'delete' }));
      const { name, is_private, owner, member_count, message_count, stored_bytes, active_at } = room;
      const small = [
        owner ? t('admin.owned_by', { name: `@${owner}` }) : t('admin.owned_by_nobody'), count('members.count', member_count),
        count('admin.holds', message_count), bytesOf(stored_bytes), shortMomentOf(active_at),
      ];
      sayRow(item, { name, badge: is_private ? t('room.private') : null, small: small.join(' · ') });
      return item;
    });
  });
}

/** The dialog in which a room is given to somebody. */
export function mountHandOver(store, actions) {
  const dialog = find('#dialog-hand_over');
  const owner = make('input', { name: 'owner', class: 'form-control', maxlength: 32, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', required: true });
  const form = make('form', { novalidate: true }, formError(), field('admin.new_owner', owner, 'admin.new_owner_hint'),
    make('div', { class: 'dialog-actions' }, said('button', 'admin.hand_over', { type: 'submit', class: 'btn btn-primary' })));
  fill(dialog, dialogHead('hand-over-title', 'admin.hand_over'), form);
  onSubmit(form, async (values) => {
    const { id } = dialogNamed(store.state, 'hand_over');
    if (await actions.handOver({ id, owner: values.owner.trim().replace(/^@/, '') })) form.reset();
  });
  store.watch(({ form_error, locale }) => [form_error, locale], ({ form_error }) => showFormError(form, 'hand_over', form_error));
}
