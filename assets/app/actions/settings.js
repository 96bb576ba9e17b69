// The person's own things: profile, language, theme, password, sessions; and the dialogs in which they are changed.

import { useLocale } from '../i18n.js';
import { storage } from '../net/storage.js';
import { openDialogs } from '../state/select.js';

export function settingsActions(app) {
  const { store, api, socket } = app;
  const note = (key) => store.dispatch({ type: 'notice', notice: { kind: 'info', key } });

  /** How this device shows everything; what is usual is not written down. */
  function setLook(name, value, usual) {
    storage.set(name, value === usual ? null : value);
    store.dispatch({ type: 'preference', name, value });
    document.dispatchEvent(new Event('salon:looks'));
  }

  const loaders = {
    discover: () => app.actions.discoverRooms(''),
    new_direct: () => app.actions.findPeople(''),
    add_member: () => app.actions.findPeople(''),
    add_friend: () => app.actions.findPeople(''),
    settings: () => app.actions.loadSessions(),
    pins: ({ chat_id }) => app.actions.loadPins(chat_id),
    versions: ({ message_id }) => app.actions.loadVersions(message_id),
    account: ({ username }) => app.actions.loadAccount(username),
    person: ({ username }) => app.actions.loadPerson(username),
  };

  return {
    /** Over the one that is open, which comes back afterwards. */
    async openDialog(name, props = {}) {
      const { route } = store.state;
      if (!(await app.parts.bring(name)) || store.state.route !== route) return;
      const under = openDialogs(store.state).find((dialog) => dialog.name !== name) ?? null;
      store.dispatch({ type: 'dialog_opened', dialog: { name, ...props, under } });
      loaders[name]?.(props);
    },
    closeAllDialogs: () => store.dispatch({ type: 'dialogs_closed' }),
    closeDialog: () => store.dispatch({ type: 'dialog_closed' }),
    dismissNotice: () => store.dispatch({ type: 'notice', notice: null }),
    tryNow() {
      socket.hurry();
      app.actions.loadAgain();
    },
    /** The messages that could not be had. */
    loadAgain() {
      const { view, timelines } = store.state;
      const { failed, loaded } = timelines[view.chat_id] ?? {};
      if (failed && !loaded) app.actions.showRoute();
    },

    updateProfile: ({ display_name, bio }) =>
      app.attempt('profile', async () => {
        const user = await api.patch('/api/me', { display_name: display_name.trim(), bio: bio.trim() });
        store.dispatch({ type: 'me_known', user });
        note('settings.saved');
      }),

    /** @param {{tell?: boolean}} options `tell`: this is a choice, to be kept here and with the account */
    async setLocale(locale, { tell = true } = {}) {
      await useLocale(locale);
      store.dispatch({ type: 'preference', name: 'locale', value: locale });
      storage.set('locale', locale);
      if (tell && store.state.phase === 'signed_in') await app.tryTo(() => api.patch('/api/me', { locale }));
    },

    setTheme: (theme) => setLook('theme', theme, 'system'),
    setDensity: (density) => setLook('density', density, 'roomy'),

    changePassword: ({ current_password, new_password }) =>
      app.attempt('password', async () => {
        await api.post('/api/me/password', { current_password, new_password });
        note('settings.password_changed');
        await app.actions.loadSessions();
      }),

    loadSessions: () =>
      app.tryTo(async () => store.dispatch({ type: 'found', sessions: await api.get('/api/me/sessions') })),

    revokeSession: (id) =>
      app.tryTo(async () => {
        await api.delete(`/api/me/sessions/${id}`);
        await app.actions.loadSessions();
      }),
  };
}
