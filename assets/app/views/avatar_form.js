// One's own picture, in the settings: choose or take one, see how it will look, use it or not, remove it.

import { find } from '../dom.js';
import { dialogNamed } from '../state/select.js';
import { onSubmit, showFormError } from './forms.js';
import { drawAvatar } from './person.js';

export function mountAvatarForm(store, actions) {
  const form = find('#avatar-form');
  const button = (name) => find(`[data-avatar=${name}]`, form);
  let chosen = null; // the file and the address by which the page shows it

  function draw({ me }) {
    if (!me) return;
    drawAvatar(find('.avatar', form), me.display_name || me.username, me.id, chosen?.url ?? me.avatar_url);
    for (const name of ['use', 'keep']) button(name).hidden = !chosen;
    for (const name of ['choose', 'take']) button(name).hidden = Boolean(chosen);
    button('remove').hidden = Boolean(chosen) || !me.avatar_url;
  }

  function choose(file) {
    if (chosen) URL.revokeObjectURL(chosen.url);
    chosen = file ? { file, url: URL.createObjectURL(file) } : null;
    draw(store.state);
  }

  /** The button that was pressed is gone: the focus goes to the one that has taken its place. */
  const focusOn = (name) => button(name).focus({ preventScroll: true });

  for (const [name, field] of [['choose', '#avatar-file'], ['take', '#avatar-camera']]) {
    const input = find(field, form);
    button(name).addEventListener('click', () => input.click());
    input.addEventListener('change', () => {
      const [file] = input.files;
      input.value = ''; // choosing the same one again is a choice as well
      if (!file) return;
      actions.forgetAvatarError();
      choose(file);
      focusOn('use');
    });
  }
  button('keep').addEventListener('click', () => {
    actions.forgetAvatarError();
    choose(null);
    focusOn('choose');
  });
  button('remove').addEventListener('click', async () => (await actions.removeAvatar()) && focusOn('choose'));
  onSubmit(form, async () => {
    if (!chosen || !(await actions.setAvatar(chosen.file))) return;
    choose(null);
    focusOn('choose');
  });

  store.watch((state) => [dialogNamed(state, 'settings'), state.me, state.locale], (state) => {
    if (chosen && !dialogNamed(state, 'settings')) choose(null);
    else draw(state);
  });
  store.watch(({ form_error, locale }) => [form_error, locale], ({ form_error }) => showFormError(form, 'avatar', form_error));
}
