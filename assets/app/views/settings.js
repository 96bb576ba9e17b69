// One's own things: name and words about oneself, language, theme, where one is signed in, password.

import { clone, drawList, find, on, setText } from '../dom.js';
import { momentOf, t } from '../i18n.js';
import { dialogNamed } from '../state/select.js';
import { mountAvatarForm } from './avatar_form.js';
import { mountBlocks } from './blocks.js';
import { onSubmit, showFormError } from './forms.js';
import { mountTelling } from './telling.js';

export function mountSettings(store, actions) {
  for (const mount of [mountAvatarForm, mountTelling, mountBlocks]) mount(store, actions);
  const profile = find('#profile-form');
  const password = find('#password-form');
  onSubmit(profile, (values) => actions.updateProfile(values));
  onSubmit(password, async (values) => (await actions.changePassword(values)) && password.reset());
  find('#settings-locale').addEventListener('change', ({ target }) => actions.setLocale(target.value));
  find('#settings-theme').addEventListener('change', ({ target }) => actions.setTheme(target.value));

  store.watch((state) => [dialogNamed(state, 'settings')], (state) => {
    if (!dialogNamed(state, 'settings')) return;
    const { me } = state;
    find('#profile-name').value = me.display_name;
    find('#profile-bio').value = me.bio;
    find('[name=username]', password).value = me.username;
    password.reset();
  });
  store.watch(({ locale, theme }) => [locale, theme], ({ locale, theme }) => {
    find('#settings-locale').value = locale;
    find('#settings-theme').value = theme;
  });
  store.watch(({ form_error, locale }) => [form_error, locale], ({ form_error }) => {
    showFormError(profile, 'profile', form_error);
    showFormError(password, 'password', form_error);
  });

  const sessions = find('#sessions');
  store.watch(({ found, locale }) => [found.sessions, locale], ({ found }) => {
    drawList(sessions, found.sessions ?? [], ({ id }) => id, (session, had) => {
      const item = had ?? clone('session');
      setText(find('strong', item), deviceOf(session.client ?? ''));
      const since = t('sessions.since', { moment: momentOf(session.last_used_at ?? session.created_at) });
      setText(find('small', item), session.current ? t('sessions.current') : since);
      find('button', item).hidden = session.current;
      return item;
    });
  });
  on(sessions, 'click', 'button', (_, button) => actions.revokeSession(button.closest('li').dataset.key));
}

/** "Firefox, Linux" says more than the whole line that browsers send. */
function deviceOf(client) {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari|curl)/.exec(client)?.[1];
  const system = /(Windows|Android|iPhone|iPad|Mac OS|Linux)/.exec(client)?.[1];
  if (!browser && client) return client;
  const names = { Edg: 'Edge', OPR: 'Opera', 'Mac OS': 'macOS' };
  return [browser, system].filter(Boolean).map((name) => names[name] ?? name).join(', ') || t('sessions.unknown');
}
