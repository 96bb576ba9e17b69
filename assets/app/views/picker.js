// Choosing a person by name: to write to them, or to add them to a room.

import { clone, drawList, find, on } from '../dom.js';
import { translate } from '../i18n.js';
import { standing } from '../state/select.js';
import { onSubmit, showFormError } from './forms.js';
import { drawPerson } from './person.js';

const WAIT_MS = 150;

export function mountPickers(store, actions) {
  for (const box of document.querySelectorAll('.picker')) mountPicker(box, store, actions);
}

function mountPicker(box, store, actions) {
  const name = box.dataset.form;
  const form = clone('picker');
  const field = find('[name=username]', form);
  const list = find('.choose-list', form);
  let timer = null;
  box.append(form);

  const doings = {
    add_member: (username) => actions.addMember(store.state.dialog.chat_id, username),
    new_direct: (username) => actions.openDirect(username),
    add_friend: (username) => actions.addFriend(username, 'add_friend'),
  };
  const choose = doings[name];

  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => actions.findPeople(field.value.trim()), WAIT_MS);
  });
  onSubmit(form, ({ username }) => username.trim() && choose(username.trim()));
  on(list, 'click', '.person', (_, button) => choose(button.dataset.username));

  store.watch(({ dialog }) => [dialog?.name], ({ dialog }) => {
    if (dialog?.name === name) field.value = '';
  });
  store.watch(({ locale }) => [locale], () => translate(form));
  store.watch(({ form_error, locale }) => [form_error, locale], ({ form_error }) => showFormError(form, name, form_error));

  /** Not those with whom it is done already. */
  const open = (state, username) =>
    name === 'add_friend' ? ['none', 'incoming'].includes(standing(state, username)) : username !== state.me.username;

  store.watch(
    ({ found, online, dialog, locale, members, friends }) => [found.people, online, dialog?.name, locale, members, friends],
    (state) => {
      const { found, online, dialog, members } = state;
      if (dialog?.name !== name) return;
      const there = new Set(members[dialog.chat_id] ?? []);
      const people = (found.people ?? []).filter(({ username }) => !there.has(username) && open(state, username));
      find('.picker-empty', form).hidden = found.people === null || people.length > 0;
      drawList(list, people, ({ id }) => id, (user, had) => {
        const item = had ?? clone('member');
        drawPerson(item, user, Boolean(online[user.username]));
        find('.person', item).dataset.username = user.username;
        return item;
      });
    });
}
