// Signing in and registering: one form, with more fields for someone new.

import { find, setAttribute, setText } from '../dom.js';
import { t } from '../i18n.js';
import { onSubmit, showFormError } from './forms.js';

export function mountAuth(store, actions) {
  const form = find('#auth-form');
  const isNew = () => store.state.route.name === 'register';
  onSubmit(form, (values) => (isNew() ? actions.register(values) : actions.signIn(values)));

  store.watch(({ phase, route, server, locale }) => [phase, route, server, locale], ({ phase, route, server }) => {
    if (phase !== 'signed_out') {
      form.reset();
      return;
    }
    const first = server?.is_new === true;
    const closed = server?.registration === 'closed' && !first;
    const register = isNew();
    setText(find('#outside-title'), t(first && register ? 'auth.first_title' : register ? 'auth.register' : 'auth.sign_in'));
    setText(find('#outside-lead'), register ? t(first ? 'auth.first_lead' : closed ? 'auth.closed' : 'auth.register_lead') : '');
    setText(find('#auth-submit'), t(register ? 'auth.register' : 'auth.sign_in'));

    const shown = {
      register,
      claim: register && Boolean(first && (server?.needs_claim || route.claim)),
      invite: register && !first && (server?.registration === 'invite' || Boolean(route.invite)),
    };
    for (const part of form.querySelectorAll('[data-only]')) {
      part.hidden = !shown[part.dataset.only];
      for (const input of part.querySelectorAll('input')) input.disabled = part.hidden;
    }
    if (route.claim) find('#auth-claim').value = route.claim;
    if (route.invite) find('#auth-invite').value = route.invite;
    setAttribute(find('#auth-password'), 'autocomplete', register ? 'new-password' : 'current-password');
    form.hidden = register && closed;

    const other = find('#auth-other');
    other.hidden = !register && closed;
    setText(find('span', other), t(register ? 'auth.have_account' : 'auth.no_account'));
    const link = find('a', other);
    setText(link, t(register ? 'auth.sign_in' : 'auth.register'));
    setAttribute(link, 'href', register ? '/login' : '/register');
  });

  store.watch(({ phase, route }) => [phase, route.name], ({ phase }) => {
    if (phase === 'signed_out' && matchMedia('(pointer: fine)').matches) find('#auth-username').focus();
  });

  store.watch(({ phase, notice, locale }) => [phase, notice, locale], ({ phase, notice }) => {
    const element = find('#outside-notice');
    element.hidden = phase !== 'signed_out' || !notice?.key;
    if (!element.hidden) setText(element, t(notice.key, notice.params));
  });

  store.watch(({ form_error, locale, route }) => [form_error, locale, route.name], ({ form_error }) =>
    showFormError(form, isNew() ? 'register' : 'login', form_error));
}
