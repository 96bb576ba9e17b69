// Running the server: what is read of it, and what is changed. Only administrators come here; the server asks nobody's word
// for it but its own.

const PAGE = 50;

const path = (part, ...rest) => ['/api/admin', part, ...rest.map(encodeURIComponent)].join('/');

export function adminActions(app) {
  const { store, api } = app;
  const known = (part, value) => store.dispatch({ type: 'admin_known', part, value });
  const read = async (part, from = part) => known(part, await api.get(path(from)));
  const note = (key) => store.dispatch({ type: 'notice', notice: { kind: 'info', key } });

  /** A list that is read page by page. `q` narrows it where it can be narrowed. */
  async function readPage(part, { q = '', list = [] }) {
    const where = { limit: PAGE };
    if (part !== 'audit') Object.assign(where, { offset: list.length, ...(part === 'reports' ? { open: q !== 'resolved' } : { q }) });
    else if (list.length) where.before = list.at(-1).id;
    const page = await api.get(`${path(part)}?${new URLSearchParams(where)}`);
    if ((store.state.admin[part]?.q ?? '') !== q) return; // it was narrowed otherwise meanwhile
    known(part, { q, list: [...list, ...page], at_end: page.length < PAGE });
  }

  const anew = (part) => readPage(part, { q: store.state.admin[part]?.q });

  const loaders = {
    overview: () => Promise.all([read('health'), read('storage')]),
    server: () => read('server'),
    start: () => Promise.all([read('server'), read('invitations')]),
    people: () => anew('people'),
    invitations: () => read('invitations'),
    rooms: () => anew('rooms'),
    reports: () => anew('reports'),
    bots: () => app.actions.loadBots(),
    commands: () => app.actions.loadAdminCommands(),
    bans: () => read('bans'),
    audit: () => anew('audit'),
  };

  async function readAccount(username) {
    const [person, sessions] = await Promise.all([
      api.get(path('people', username)), api.get(path('people', username, 'sessions')),
    ]);
    known('account', { person, sessions });
  }

  /** Something done to an account: its card and the list say so. */
  const doTo = (username, task) =>
    app.tryTo(async () => {
      try {
        await task();
      } catch (error) {
        if (error.code !== 'conflict') throw error;
        store.dispatch({ type: 'notice', notice: { kind: 'error', key: 'admin.last_admin' } });
      }
      await Promise.all([readAccount(username), anew('people')]);
    });

  return {
    /** Tells what is missing where there is no such tab. */
    async loadAdmin(tab) {
      if (!Object.hasOwn(loaders, tab)) return 'page';
      await app.tryTo(() => loaders[tab]());
      return null;
    },

    narrowAdmin(part, q) {
      known(part, { ...store.state.admin[part], q });
      return app.tryTo(() => readPage(part, { q }));
    },
    moreAdmin: (part) => app.tryTo(() => readPage(part, store.state.admin[part])),

    changeServer: (changes) =>
      app.attempt('server', async () => {
        known('server', await api.patch(path('server'), changes));
        await app.actions.loadServer();
        note('settings.saved');
      }),

    makeInvitation: (wanted) =>
      app.attempt('invitation', async () => {
        const invitation = await api.post(path('invitations'), wanted);
        await read('invitations');
        app.actions.showLink({ url: invitation.url, qr: invitation.qr, expires_at: invitation.expires_at, what: 'invitation' });
      }),
    withdrawInvitation: (id) =>
      app.tryTo(async () => {
        await api.delete(path('invitations', id));
        await read('invitations');
      }),

    /** @param {{url: string, qr: string, expires_at: ?string, what: string}} link */
    showLink: (link) => app.actions.openDialog('link', link),

    loadAccount(username) {
      known('account', null);
      return app.tryTo(() => readAccount(username));
    },
    changeAccount: (username, changes) => doTo(username, () => api.patch(path('people', username), changes)),
    endSessionsOf: (username) => doTo(username, () => api.delete(path('people', username, 'sessions'))),
    makeSignInLink: (username) =>
      app.tryTo(async () => {
        const { url, qr, expires_at } = await api.post(path('people', username, 'sign_in_link'));
        const picture = URL.createObjectURL(new Blob([qr], { type: 'image/svg+xml' }));
        app.actions.showLink({ url, qr: picture, expires_at, what: 'sign_in' });
      }),
    deletePerson: (username) =>
      app.tryTo(async () => {
        await api.delete(path('people', username));
        app.actions.closeAllDialogs();
        await anew('people');
      }),

    ban: (wanted) =>
      app.attempt('ban', async () => {
        await api.post(path('bans'), wanted);
        app.actions.closeAllDialogs();
        note('admin.banned');
        if (store.state.admin.bans) await read('bans');
      }),
    liftBan: (id) =>
      app.tryTo(async () => {
        await api.delete(path('bans', id));
        await read('bans');
      }),

    resolveReport: (id, resolved) =>
      app.tryTo(async () => {
        await api.patch(path('reports', id), { resolved });
        await anew('reports');
      }),
    deleteReported: (id) =>
      app.tryTo(async () => {
        await api.delete(path('reports', id, 'message'));
        await anew('reports');
      }),

    handOver: ({ id, owner }) =>
      app.attempt('hand_over', async () => {
        await api.patch(path('rooms', id), { owner });
        app.actions.closeAllDialogs();
        await anew('rooms');
      }),
    deleteRoomAsAdmin: (id) =>
      app.tryTo(async () => {
        await api.delete(`/api/conversations/${id}`);
        await anew('rooms');
      }),
  };
}
