// Making a room and changing one: the same three questions, and of one that is there how seldom its members may speak.

import { clone, find, make, setText } from '../dom.js';
import { durationOf, t, translate } from '../i18n.js';
import { dialogNamed } from '../state/select.js';
import { onSubmit, showFormError } from './forms.js';

/** Usual paces, in seconds. */
const PACES = [0, 5, 10, 30, 60, 300, 900, 3_600, 21_600];

const paceField = () =>
  make('div', { class: 'field' },
    make('label', { class: 'form-label' }, make('span', { 'data-i18n': 'room.slow' }), make('select', { name: 'slow_mode', class: 'form-select' })),
    make('p', { class: 'form-text', 'data-i18n': 'room.slow_hint' }), make('p', { class: 'field-error' }));

/** The one that is set is offered too, whatever it is. */
function offerPaces(select, set) {
  const paces = [...new Set([...PACES, set])].sort((a, b) => a - b);
  select.replaceChildren(...paces.map((seconds) => make('option', { value: seconds }, seconds ? durationOf(seconds) : t('room.slow_off'))));
  select.value = set;
}

export function mountRoomForms(store, actions) {
  const create = clone('room-form');
  find('#pane-create_room').append(create);
  onSubmit(create, (values) => actions.createRoom(values));

  const change = clone('room-form');
  find('[type=submit]', change).before(paceField());
  find('#room-settings-form').append(change);
  const chat_id = () => store.state.dialog.chat_id;
  onSubmit(change, (values) => actions.updateRoom(chat_id(), values));
  find('#room-hooks').addEventListener('click', () => actions.openDialog('hooks', { chat_id: chat_id() }));
  find('#delete-room').addEventListener('click', () => {
    const { name } = store.state.conversations[chat_id()];
    actions.openDialog('confirm', {
      title: 'room.delete_title', body: 'room.delete_body', params: { name }, yes: 'room.delete',
      then: ['deleteRoom', chat_id()],
    });
  });

  store.watch(({ locale }) => [locale], () => {
    translate(create);
    translate(change);
    setText(find('[type=submit]', create), t('create.submit'));
    setText(find('[type=submit]', change), t('action.save'));
  });
  store.watch(({ view }) => [view.name], ({ view }) => {
    if (view.name !== 'create_room') return;
    create.reset();
    find('[name=name]', create).focus();
  });
  store.watch((state) => [dialogNamed(state, 'room_settings')], (state) => {
    const dialog = dialogNamed(state, 'room_settings');
    if (!dialog) return;
    const { name, topic, is_private, slow_mode = 0 } = state.conversations[dialog.chat_id];
    find('[name=name]', change).value = name;
    find('[name=topic]', change).value = topic;
    find('[name=is_private]', change).checked = is_private;
    offerPaces(find('[name=slow_mode]', change), slow_mode);
    const stays = name === 'general'; // with its name, open to everyone
    find('[name=name]', change).readOnly = stays;
    find('[name=is_private]', change).closest('.form-check').hidden = stays;
    find('#delete-room').hidden = stays;
  });
  store.watch(({ form_error, locale }) => [form_error, locale], ({ form_error }) => {
    showFormError(create, 'create_room', form_error);
    showFormError(change, 'room_settings', form_error);
  });
}
