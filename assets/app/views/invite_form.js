// Inviting somebody to play: how fast, how long, for what.

import { find, setText } from '../dom.js';
import { t } from '../i18n.js';
import { dialogNamed, displayName } from '../state/select.js';
import { onSubmit, showFormError } from './forms.js';

export function mountInviteForm(store, actions) {
  const form = find('#invite-form');
  onSubmit(form, (values) => {
    // the server takes what is out of bounds for a broken client, so it is not sent
    const wrong = [...form.querySelectorAll('input[type=number]')].filter((input) => !input.value || !input.checkValidity());
    if (!wrong.length) return actions.invite(dialogNamed(store.state, 'invite').username, values);
    return actions.refuseForm('invite', Object.fromEntries(wrong.map(({ name, validationMessage }) => [name, validationMessage])));
  });

  store.watch((state) => [dialogNamed(state, 'invite')?.username], (state) => {
    if (dialogNamed(state, 'invite')) form.reset();
  });
  store.watch((state) => [dialogNamed(state, 'invite'), state.users, state.locale], (state) => {
    const dialog = dialogNamed(state, 'invite');
    if (dialog) setText(find('#invite-title'), t('play.invite_title', { name: displayName(state, dialog.username) }));
  });
  store.watch(({ form_error, locale }) => [form_error, locale], ({ form_error }) => showFormError(form, 'invite', form_error));
}
