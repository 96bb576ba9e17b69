// Signing in and registering: one form, with more fields for someone new, and fewer for who comes by a link.

import { drawList, find, make, on, setAttribute, setText } from '../dom.js';
import { LANGUAGES, languageName, t } from '../i18n.js';
import { onSubmit, showFormError } from './forms.js';

/** What the form is for: the name its refusals go by, too. */
const purposeOf = ({ route }) => (route.name === 'register' ? 'register' : route.link ? 'link' : 'login');

const TITLES = { register: 'auth.register', login: 'auth.sign_in', link: 'auth.link_title' };

/** What is said above the form. */
function leadOf(purpose, { server, route, invitation }) {
  if (purpose === 'link') return t('auth.link_lead');
  if (purpose === 'login') return '';
  if (server?.is_new) return t('auth.first_lead');
  if (server?.registration === 'closed') return t('auth.closed');
  if (!route.invitation || invitation?.token !== route.invitation) return t('auth.register_lead');
  if (invitation.over) return t('auth.invitation_over');
  const { invited_by, room } = invitation;
  return [invited_by ? t('auth.invited_by', { name: invited_by }) : t('auth.invited'), room && t('auth.invited_into', { room })]
    .filter(Boolean).join(' ');
}

export function mountAuth(store, actions) {
  const form = find('#auth-form');
  onSubmit(form, (values) => {
    const purpose = purposeOf(store.state);
    if (purpose === 'register') return actions.register(values);
    return purpose === 'link' ? actions.useLink(values, store.state.route.link) : actions.signIn(values);
  });

  store.watch(({ phase, route, server, invitation, locale }) => [phase, route, server, invitation, locale], (state) => {
    const { phase, route, server, invitation } = state;
    if (phase !== 'signed_out') {
      form.reset();
      return;
    }
    const purpose = purposeOf(state);
    const register = purpose === 'register';
    const first = server?.is_new === true;
    const closed = server?.registration === 'closed' && !first;
    setText(find('#outside-host'), t('auth.at', { host: location.host }));
    setText(find('#outside-title'), t(first && register ? 'auth.first_title' : TITLES[purpose]));
    setText(find('#outside-lead'), leadOf(purpose, state));
    setText(find('#auth-submit'), t(register ? 'auth.register' : 'auth.sign_in'));
    setText(find('label[for=auth-password]', form), t(purpose === 'link' ? 'auth.link_password' : 'auth.password'));

    // who came by a link that works need not see its code
    const held = Boolean(route.invitation) && !invitation?.over;
    const shown = {
      name: purpose !== 'link', register, hint: register || purpose === 'link',
      claim: register && Boolean(first && (server?.needs_claim || route.claim)),
      invite: register && !first && (held || Boolean(route.invitation) || server?.registration === 'invite'),
    };
    for (const part of form.querySelectorAll('[data-only]')) {
      const wanted = shown[part.dataset.only];
      part.hidden = !wanted || (part.dataset.only === 'invite' && held);
      for (const input of part.querySelectorAll('input')) input.disabled = !wanted;
    }
    if (route.claim) find('#auth-claim').value = route.claim;
    if (route.invitation) find('#auth-invitation').value = route.invitation;
    setAttribute(find('#auth-password'), 'autocomplete', purpose === 'login' ? 'current-password' : 'new-password');
    setAttribute(find('#auth-password'), 'required', purpose !== 'link');
    form.hidden = register && closed;

    const other = find('#auth-other');
    other.hidden = !register && closed;
    setText(find('span', other), t(register ? 'auth.have_account' : 'auth.no_account'));
    const link = find('a', other);
    setText(link, t(register ? 'auth.sign_in' : 'auth.register'));
    setAttribute(link, 'href', register ? '/login' : '/register');
  });

  const languages = find('#outside-languages');
  on(languages, 'click', 'button', (_, { lang }) => actions.setLocale(lang));
  store.watch(({ locale }) => [locale], ({ locale }) => {
    const others = LANGUAGES.filter((it) => it !== locale);
    drawList(languages, others, (it) => it, (lang, had) => had ?? make('button', { type: 'button', class: 'btn btn-link', lang }, languageName(lang)));
  });

  store.watch(({ phase, route, server }) => [phase, route.invitation, server?.registration], ({ phase, route, server }) => {
    if (phase === 'signed_out' && route.invitation && server && !server.is_new) actions.readInvitation(route.invitation);
  });

  store.watch(({ phase, route }) => [phase, route.name], ({ phase, route }) => {
    if (phase !== 'signed_out' || !matchMedia('(pointer: fine)').matches) return;
    find(route.link ? '#auth-password' : '#auth-username').focus();
  });

  store.watch(({ phase, notice, locale }) => [phase, notice, locale], ({ phase, notice }) => {
    const element = find('#outside-notice');
    element.hidden = phase !== 'signed_out' || !notice?.key;
    if (!element.hidden) setText(element, t(notice.key, notice.params));
  });

  store.watch(({ form_error, locale, route }) => [form_error, locale, route], (state) =>
    showFormError(form, purposeOf(state), state.form_error));
}
