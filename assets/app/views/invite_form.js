// Inviting somebody to play: how fast, how long, for what.

import { find, setText } from '../dom.js';
import { t } from '../i18n.js';
import { dialogNamed, displayName } from '../state/select.js';
import { onSubmit, showFormError } from './forms.js';

export function mountInviteForm(store, actions) {
  const form = find('#invite-form');
  onSubmit(form, (values) => actions.invite(dialogNamed(store.state, 'invite').username, values));

  store.watch((state) => [dialogNamed(state, 'invite')?.username], (state) => {
    if (dialogNamed(state, 'invite')) form.reset();
  });
  store.watch((state) => [dialogNamed(state, 'invite'), state.users, state.locale], (state) => {
    const dialog = dialogNamed(state, 'invite');
    if (dialog) setText(find('#invite-title'), t('play.invite_title', { name: displayName(state, dialog.username) }));
  });
  store.watch(({ form_error, locale }) => [form_error, locale], ({ form_error }) => showFormError(form, 'invite', form_error));
}
