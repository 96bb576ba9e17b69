// One's own things: name and words about oneself, language, theme, where one is signed in, password.

import { clone, drawList, find, make, on, setText } from '../dom.js';
import { LANGUAGES, languageName, momentOf, t } from '../i18n.js';
import { dialogNamed } from '../state/select.js';
import { mountAvatarForm } from './avatar_form.js';
import { mountBlocks } from './blocks.js';
import { deviceOf } from './device.js';
import { onSubmit, showFormError } from './forms.js';
import { mountTelling } from './telling.js';

export function mountSettings(store, actions) {
  for (const mount of [mountAvatarForm, mountTelling, mountBlocks]) mount(store, actions);
  const profile = find('#profile-form');
  const password = find('#password-form');
  onSubmit(profile, (values) => actions.updateProfile(values));
  onSubmit(password, async (values) => (await actions.changePassword(values)) && password.reset());
  find('#settings-locale').append(...LANGUAGES.map((lang) => make('option', { value: lang, lang }, languageName(lang))));
  find('#settings-locale').addEventListener('change', ({ target }) => actions.setLocale(target.value));
  find('#settings-theme').addEventListener('change', ({ target }) => actions.setTheme(target.value));
  find('#settings-density').addEventListener('change', ({ target }) => actions.setDensity(target.value));

  store.watch((state) => [dialogNamed(state, 'settings')], (state) => {
    if (!dialogNamed(state, 'settings')) return;
    const { me } = state;
    find('#profile-name').value = me.display_name;
    find('#profile-bio').value = me.bio;
    find('[name=username]', password).value = me.username;
    password.reset();
  });
  store.watch(({ locale, theme, density }) => [locale, theme, density], ({ locale, theme, density }) => {
    find('#settings-locale').value = locale;
    find('#settings-theme').value = theme;
    find('#settings-density').value = density;
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
