// Coming and going: starting, signing in and out, and what happens when a session ends from elsewhere.

import { preferredLocale, useLocale, LANGUAGES } from '../i18n.js';
import { forgetWritten } from '../models/drafts.js';
import { storage } from '../net/storage.js';

/** What follows is ours alone: an address on this server, not one that leads away. */
const isPath = (path) => path?.startsWith('/') && !path.startsWith('//') && !/^\/(login|register)/.test(path);

const RETRY_MS = 2_000;

export function sessionActions(app) {
  const { store, api, socket, outbox, router } = app;

  /** The server cannot be reached: what was last seen is shown, and what is written waits. */
  async function recall(user_id) {
    if (!(await app.keeping.recall(user_id))) return false;
    outbox.belongTo(user_id);
    socket.open();
    router.start();
    return true;
  }

  function enter(user) {
    storage.set('signed_in', user.id);
    store.dispatch({ type: 'signed_in', user });
    outbox.belongTo(user.id);
    if (LANGUAGES.includes(user.locale)) app.actions.setLocale(user.locale, { tell: false });
    if (!store.state.server) app.actions.loadServer();
    socket.open();
  }

  function leave(notice = null) {
    storage.set('signed_in', null);
    socket.close();
    outbox.belongTo(null);
    if (!notice) forgetWritten(store.state.me.id); // chosen: else it waits for who comes back
    store.dispatch({ type: 'signed_out', notice });
    app.actions.leaveDevice();
  }

  async function welcome({ user }) {
    api.noteFresh();
    enter(user);
    const back = storage.get('return_to');
    storage.set('return_to', null);
    router.go(isPath(back) ? back : '/', { replace: true });
  }

  return {
    /** The words come before anything is drawn. */
    async speak() {
      const kept = storage.get('locale');
      const locale = LANGUAGES.includes(kept) ? kept : preferredLocale();
      await useLocale(locale);
      store.dispatch({ type: 'preference', name: 'locale', value: locale });
      store.dispatch({ type: 'preference', name: 'theme', value: storage.get('theme') ?? 'system' });
      store.dispatch({ type: 'preference', name: 'server_name', value: storage.get('server_name') });
      store.dispatch({ type: 'preference', name: 'density', value: storage.get('density') ?? 'roomy' });
      app.actions.recallEmoji();
      app.actions.recallTelling();
    },

    async start() {
      // Asking who one is without a session would only make the browser complain of a 401.
      const user_id = storage.get('signed_in');
      if (user_id) {
        try {
          const user = await api.get('/api/me');
          app.keeping.learn(user.id);
          enter(user);
        } catch (error) {
          if (error.status !== 401) {
            return (await recall(user_id)) ? undefined : void setTimeout(app.actions.start, RETRY_MS);
          }
          app.actions.leaveDevice();
        }
      }
      if (store.state.phase !== 'signed_in') {
        await app.actions.loadServer();
        // with the address in one go: a form that shows before would take what is sent for something else
        store.dispatch({ type: 'signed_out', notice: store.state.notice });
      }
      router.start();
    },

    async loadServer() {
      await app.tryTo(async () => {
        const server = await api.open('GET', '/api/server');
        store.dispatch({ type: 'server_known', server });
        app.actions.rememberServer();
      });
    },

    /** What it is called, for the next time, when nobody has said it yet. */
    rememberServer: () => storage.set('server_name', store.state.server_name),

    signIn: ({ username, password }) =>
      app.attempt('login', async () => welcome(await api.open('POST', '/api/auth/login', { username, password }))),

    register: ({ username, password, display_name, claim, invitation }) =>
      app.attempt('register', async () => {
        const body = { username: username.trim(), password };
        if (display_name?.trim()) body.display_name = display_name.trim();
        if (claim) body.claim = claim.trim();
        if (invitation) body.invite = invitation.trim();
        const is_first = store.state.server?.is_new === true;
        await welcome(await api.open('POST', '/api/auth/register', body));
        if (is_first) router.go('/admin/start', { replace: true });
      }),

    /** What the link of an invitation leads to; `over` where it leads nowhere any more. */
    async readInvitation(token) {
      store.dispatch({ type: 'preference', name: 'invitation', value: null });
      try {
        const invitation = await api.open('GET', `/api/invitations/${encodeURIComponent(token)}`);
        store.dispatch({ type: 'preference', name: 'invitation', value: { token, ...invitation } });
      } catch (error) {
        if (error.status === 404) store.dispatch({ type: 'preference', name: 'invitation', value: { token, over: true } });
      }
    },

    /** By the link that an administrator has handed over; whoever wants has a new password with it. */
    useLink: ({ password }, token) =>
      app.attempt('link', async () =>
        welcome(await api.open('POST', '/api/auth/link', password ? { token, password } : { token }))),

    async signOut() {
      socket.close(); // before the server does, which would look like the work of someone else
      const done = await app.tryTo(async () => {
        await api.post('/api/auth/logout');
        leave();
        await app.actions.loadServer();
        router.go('/login');
      });
      if (!done && store.state.phase === 'signed_in') socket.open();
    },

    /** Another tab of this browser signed in, and the cookies are now that person's. */
    signedInElsewhere(user_id) {
      if (user_id && user_id !== store.state.me?.id) location.reload();
    },

    /** The session was ended by someone else: another tab, another device, an administrator. */
    async sessionEnded() {
      if (store.state.phase !== 'signed_in') return;
      const path = router.path;
      leave({ kind: 'info', key: 'auth.ended' });
      if (isPath(path)) storage.set('return_to', path);
      await app.actions.loadServer();
      router.go('/login');
    },

    /** A page that needs a session was asked for without one: it comes after signing in. */
    signInFirst() {
      if (isPath(router.path) && router.path !== '/') storage.set('return_to', router.path);
      const first = store.state.server?.is_new === true;
      router.go(first ? '/register' : '/login', { replace: true });
    },
  };
}
